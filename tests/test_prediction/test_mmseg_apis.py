"""The doors that MMSegmentation itself has, with our configs and checkpoints."""

import cv2
import numpy as np
import pytest
import tiny_models
from mmengine.config import Config
from mmseg.apis import MMSegInferencer, inference_model, init_model

IMAGE = tiny_models.photograph(50, 70)


@pytest.fixture
def photo(tmp_path):
    cv2.imwrite(str(tmp_path / 'a.png'), IMAGE)
    return str(tmp_path / 'a.png')


@pytest.mark.parametrize('kind', ['unet', 'resizing'])
def test_inference_model_takes_files_and_arrays(kind, request, photo):
    files = request.getfixturevalue(kind)
    expected = tiny_models.predictor(files).window(IMAGE)
    model = init_model(*files, device='cpu')
    sample = inference_model(model, photo)
    np.testing.assert_allclose(sample.seg_logits.data[0], expected, atol=1e-5)
    np.testing.assert_array_equal(sample.pred_sem_seg.data, sample.seg_logits.data > 0.4)
    from_files, _ = inference_model(init_model(*files, device='cpu'), [photo, photo])
    np.testing.assert_allclose(from_files.seg_logits.data[0], expected, atol=1e-5)
    from_array = inference_model(init_model(*files, device='cpu'), IMAGE)
    np.testing.assert_allclose(from_array.seg_logits.data[0], expected, atol=1e-5)


def test_inferencer_predicts(unet, photo, tmp_path):
    inferencer = MMSegInferencer(*unet, device='cpu', show_progress=False)
    found = inferencer(photo, out_dir=str(tmp_path), return_datasamples=True)
    expected = tiny_models.predictor(unet).window(IMAGE)
    np.testing.assert_allclose(found.seg_logits.data[0], expected, atol=1e-5)
    assert (tmp_path / 'vis').is_dir()


def test_a_configs_own_pipeline_serves_all_doors(unet):
    cfg = Config.fromfile(unet[0])
    assert 'mmcrack.LoadCrackAnnotations' in [step.type for step in cfg.test_pipeline]
    assert cfg.test_dataloader.dataset.pipeline == cfg.test_pipeline
