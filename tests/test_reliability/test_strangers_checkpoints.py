"""Each way in which a checkpoint comes from outside, tried with one that makes a folder."""

import os
import runpy
import sys
from pathlib import Path

import jobs
import pytest
import tiny_models
import torch
import toy

from mmcrack.engine.safe_checkpoints import OPT_OUT_VARIABLE, UnsafeCheckpointError

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / 'test_models'))  # for sam_toy
import sam_toy  # noqa: E402

STRANGER = 'stranger.pth'


class Payload:
    """Makes a folder when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, (str(Path('ran').absolute()),)


@pytest.fixture
def stranger(tmp_path, monkeypatch):
    """A folder to work in, with the tiny model's checkpoint and code in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(OPT_OUT_VARIABLE, raising=False)
    torch.set_num_threads(1)
    tiny_models.write(tmp_path)
    toy.write_config(tmp_path)
    jobs.write_photographs(tmp_path / 'photographs', 1, 32)
    plain = torch.load('model.pth', weights_only=True)
    torch.save({**plain, 'extra': Payload()}, STRANGER)


def script(monkeypatch, name, *arguments):
    path = str(TESTS.parent / 'tools' / name)
    monkeypatch.setattr(sys, 'argv', [path, *arguments])
    runpy.run_path(path, run_name='__main__')


def sam_config():
    base = sam_toy.save_official(Path('base.pth'))
    config = sam_toy.segmentor_config(base, lora={'rank': 2}, save_only_trainable=True)
    Path('sam.py').write_text(f"model = {config!r}\ndefault_scope = 'mmseg'\n")


WAYS = {
    'load_from': ['train.py', 'toy.py', '--cfg-options', f'load_from={STRANGER}'],
    'resume': ['train.py', 'toy.py', '--work-dir', '.', '--resume'],
    'test': ['test.py', 'toy.py', STRANGER],
    'predict': ['predict.py', 'config.py', STRANGER, 'photographs', '--out', 'out'],
    'export': ['model_converters/export_onnx.py', 'config.py', STRANGER, '--out', 'model.onnx'],
    'teacher': ['model_converters/extract_teacher.py', STRANGER, 'teacher.pth'],
    'merge': ['model_converters/merge_lora.py', 'sam.py', STRANGER, 'merged.pth'],
    'pretrained': [
        'train.py', 'toy.py', '--cfg-options', 'model.backbone.init_cfg.type=Pretrained',
        f'model.backbone.init_cfg.checkpoint={STRANGER}',
    ],
}  # fmt: skip


@pytest.mark.parametrize('way', list(WAYS))
def test_code_in_a_checkpoint_does_not_run(way, stranger, monkeypatch):
    if way == 'export':
        pytest.importorskip('onnxscript', reason='the extra "onnx" is not installed')
    if way == 'merge':
        sam_config()
    if way == 'resume':
        Path('last_checkpoint').write_text(STRANGER)
    with pytest.raises((UnsafeCheckpointError, SystemExit), match=r'stranger\.pth: refused'):
        script(monkeypatch, *WAYS[way])
    assert not Path('ran').exists()


def test_the_documented_opt_out(stranger, monkeypatch, capsys):
    assert OPT_OUT_VARIABLE in (TESTS.parent / 'docs/running.md').read_text()
    monkeypatch.setenv(OPT_OUT_VARIABLE, '1')
    script(monkeypatch, *WAYS['predict'])
    assert '1 photographs predicted, 1 of them new' in capsys.readouterr().out
    assert Path('ran').is_dir()
