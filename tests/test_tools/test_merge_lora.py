import importlib.util
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import load_checkpoint, save_checkpoint

sys.path.insert(0, str(Path(__file__).parents[1] / 'test_models'))
import sam_toy as toy


@pytest.fixture
def tuned(tmp_path):
    """Config and checkpoint of a fine-tuned model, and the model."""
    base = toy.save_official(tmp_path / 'base.pth')
    config = toy.segmentor_config(base, lora=dict(rank=2), save_only_trainable=True)
    model = toy.build(config)
    model.init_weights()
    toy.randomize(model.backbone.adapters().values())
    cfg = Config(dict(model=config, default_scope='mmseg'))
    cfg.dump(tmp_path / 'config.py')
    state = {'state_dict': model.state_dict(), 'meta': {'cfg': cfg.pretty_text}}
    save_checkpoint(state, str(tmp_path / 'tuned.pth'))
    return str(tmp_path / 'config.py'), str(tmp_path / 'tuned.pth'), model.eval()


def merge(monkeypatch, *arguments):
    path = Path(__file__).parents[2] / 'tools/model_converters/merge_lora.py'
    spec = importlib.util.spec_from_file_location('merge_lora', path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(sys, 'argv', ['merge_lora.py', *map(str, arguments)])
    script.main()


def test_the_merged_checkpoint_needs_neither_adapters_nor_base(tuned, tmp_path, monkeypatch):
    config, checkpoint, model = tuned
    merge(monkeypatch, config, checkpoint, tmp_path / 'out/merged.pth')
    (tmp_path / 'base.pth').unlink()
    plain = toy.build(toy.segmentor_config()).eval()
    loaded = load_checkpoint(plain, str(tmp_path / 'out/merged.pth'), strict=True)
    x = toy.images()
    torch.testing.assert_close(plain(x), model(x), rtol=1e-5, atol=1e-5)
    own = Config.fromstring(loaded['meta']['cfg'], '.py')  # builds what it holds
    toy.build(own.model.to_dict()).load_state_dict(loaded['state_dict'], strict=True)


def test_official_names_load_into_the_official_package(tuned, tmp_path, monkeypatch):
    config, checkpoint, model = tuned
    merge(monkeypatch, config, checkpoint, tmp_path / 'sam.pth', '--official')
    sam = toy.official_sam(seed=3)
    sam.load_state_dict(torch.load(tmp_path / 'sam.pth', weights_only=True))
    x = toy.images()
    torch.testing.assert_close(toy.official_masks(sam, x), model(x), rtol=1e-4, atol=1e-4)
