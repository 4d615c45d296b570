import sys
from pathlib import Path

import numpy as np
import pytest

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / 'test_prediction'))  # for tiny_models

import tiny_models  # noqa: E402

from mmcrack.prediction import onnx_export  # noqa: E402

pytest.importorskip('onnxscript', reason='the extra "onnx" is not installed')
onnxruntime = pytest.importorskip('onnxruntime', reason='the extra "onnx" is not installed')


SMALLER = """
model['backbone'].update(
    num_stages=2, strides=(1, 1), enc_num_convs=(1, 1), dec_num_convs=(1,), downsamples=(True,),
    enc_dilations=(1, 1), dec_dilations=(1,),
)
model['decode_head'].update(in_index=1)
"""
RESIZE = "test_pipeline.insert(1, dict(type='Resize', scale=(64, 48), keep_ratio=False))\n"


@pytest.fixture
def export(tmp_path, monkeypatch, script):
    monkeypatch.chdir(tmp_path)
    tiny_models.write(tmp_path, SMALLER)

    def run(*options):
        script('model_converters/export_onnx.py', 'config.py', 'model.pth',
               '--out', 'models/crack.onnx', *options)  # fmt: skip

    return run


def probability(image):
    session = onnxruntime.InferenceSession('models/crack.onnx', providers=['CPUExecutionProvider'])
    tensor = image.transpose(2, 0, 1)[None].astype(np.float32)
    return session.run(['probability'], {'image': tensor})[0][0, 0]


def test_graph_predicts_what_the_predictor_does(export, capsys):
    export('--size', 50, 70)  # padded inside
    assert '50×70: largest difference from PyTorch' in capsys.readouterr().out
    image = tiny_models.photograph(50, 70)
    expected = tiny_models.predictor(('config.py', 'model.pth')).window(image)
    np.testing.assert_allclose(probability(image), expected, atol=1e-4)


def test_dynamic_graph_takes_any_size(export, capsys):
    export('--size', 64, 96, '--dynamic')
    assert '96×112: largest difference' in capsys.readouterr().out
    predictor = tiny_models.predictor(('config.py', 'model.pth'))
    for size in ((64, 96), (160, 32)):
        image = tiny_models.photograph(*size)
        np.testing.assert_allclose(probability(image), predictor.window(image), atol=1e-4)


@pytest.fixture
def pretended(monkeypatch):
    """The sizes that were exported; nothing is, and the difference is 0.01."""
    sizes = []

    def write(graph, file, size):
        sizes.append(size)
        file.write_bytes(b'graph')

    monkeypatch.setattr(onnx_export, 'export_graph', write)
    monkeypatch.setattr(onnx_export, 'largest_difference', lambda *arguments: 0.01)
    return sizes


def test_a_graph_that_differs_is_not_kept(export, pretended):
    with pytest.raises(SystemExit, match='not kept'):
        export()
    assert list(Path('models').iterdir()) == []


def test_size_is_what_the_pipeline_resizes_to(export, pretended):
    export('--tolerance', 1)
    tiny_models.write(Path(), SMALLER + RESIZE)
    export('--tolerance', 1)
    export('--tolerance', 1, '--size', 96, 32)
    assert pretended == [(512, 512), (48, 64), (96, 32)]


def test_what_a_graph_does_not_hold_is_named(export):
    with pytest.raises(ValueError, match="mode='slide'"):
        export('--cfg-options', 'model.test_cfg.mode=slide')
