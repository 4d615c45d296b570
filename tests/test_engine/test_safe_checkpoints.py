import os

import numpy as np
import pytest
import torch
from mmengine.model import BaseModule
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from mmcrack.engine import safe_checkpoints
from mmcrack.engine.safe_checkpoints import OPT_OUT_VARIABLE, UnsafeCheckpointError


class Payload:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


@pytest.fixture
def malicious(tmp_path):
    path = tmp_path / 'malicious.pth'
    torch.save({'state_dict': {'weight': torch.zeros(1)}, 'meta': Payload(tmp_path / 'ran')}, path)
    return path


def test_runner_checkpoint_is_read_weights_only(trained):
    checkpoint = CheckpointLoader.load_checkpoint(str(trained / 'work/epoch_2.pth'))
    logged = checkpoint['message_hub']['log_scalars']['train/loss']
    assert logged.statistics('current') == logged.data[0][-1]
    assert checkpoint['meta']['epoch'] == 2


def test_payload_does_not_run(malicious):
    with pytest.raises(UnsafeCheckpointError, match=r'malicious\.pth: refused') as caught:
        CheckpointLoader.load_checkpoint(str(malicious))
    assert OPT_OUT_VARIABLE in str(caught.value)
    assert not malicious.with_name('ran').exists()


def test_pretrained_init_cfg_is_safe(malicious):
    class Model(BaseModule):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.weight = nn.Parameter(torch.zeros(1))

    model = Model(init_cfg={'type': 'Pretrained', 'checkpoint': str(malicious)})
    with pytest.raises(UnsafeCheckpointError, match='malicious'):
        model.init_weights()
    assert not malicious.with_name('ran').exists()


def test_download_is_safe(malicious, tmp_path):
    with pytest.raises(UnsafeCheckpointError, match='malicious'):
        safe_checkpoints.load_url(malicious.as_uri(), model_dir=str(tmp_path / 'hub'))
    assert not malicious.with_name('ran').exists()


def test_user_can_ask_for_unsafe_reading(malicious, monkeypatch):
    monkeypatch.setenv(OPT_OUT_VARIABLE, '1')
    assert 'state_dict' in CheckpointLoader.load_checkpoint(str(malicious))
    assert malicious.with_name('ran').exists()


class Getattr:
    def __reduce__(self):
        return getattr, (np.ndarray, 'tofile')


def test_getattr_reaches_log_statistics_only(tmp_path):
    torch.save({'meta': Getattr()}, tmp_path / 'getattr.pth')
    with pytest.raises(UnsafeCheckpointError, match='getattr'):
        CheckpointLoader.load_checkpoint(str(tmp_path / 'getattr.pth'))


@pytest.mark.parametrize('name', ['bool', 'int8', 'int32', 'int64', 'uint8', 'float16', 'float32'])
def test_numpy_values_are_read(tmp_path, name):
    values = {'scalar': np.dtype(name).type(1), 'array': np.ones((2, 3), name)}
    torch.save({'meta': values}, tmp_path / 'numpy.pth')
    meta = CheckpointLoader.load_checkpoint(str(tmp_path / 'numpy.pth'))['meta']
    assert meta['scalar'] == values['scalar']
    np.testing.assert_array_equal(meta['array'], values['array'], strict=True)


def test_config_text_that_resuming_would_run_is_dropped(tmp_path):
    torch.save({'meta': {'config': 'import os', 'epoch': 1}}, tmp_path / 'old.pth')
    assert CheckpointLoader.load_checkpoint(str(tmp_path / 'old.pth'))['meta'] == {'epoch': 1}


def test_truncated_file_is_named(trained, tmp_path):
    data = (trained / 'work/epoch_2.pth').read_bytes()
    (tmp_path / 'cut.pth').write_bytes(data[: len(data) // 2])
    with pytest.raises(OSError, match=r'cut\.pth: cannot be read'):
        CheckpointLoader.load_checkpoint(str(tmp_path / 'cut.pth'))
