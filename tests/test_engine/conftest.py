import pytest
import torch
import toy
from mmengine.config import Config

from mmcrack.engine.ranks import prepare_ranks
from mmcrack.engine.records import fingerprint
from mmcrack.engine.training import train


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty folder to work in, with the tiny job as ``toy.py``."""
    monkeypatch.chdir(tmp_path)
    toy.write_config(tmp_path)
    return tmp_path


@pytest.fixture(scope='session')
def trained(tmp_path_factory):
    """Folder of the tiny job after two epochs; the checkpoint is ``work/epoch_2.pth``."""
    folder = tmp_path_factory.mktemp('trained')
    cfg = Config.fromfile(toy.write_config(folder))
    cfg.work_dir = str(folder / 'work')
    prepare_ranks(cfg)
    train(cfg, fingerprint(cfg))
    return folder
