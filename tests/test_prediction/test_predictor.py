import numpy as np
import pytest
import tiny_models
import torch
import torch.nn.functional as F
from PIL import Image

from mmcrack.prediction import open_photograph
from mmcrack.prediction.context import context_margin


def predict(predictor, path):
    with open_photograph(path) as photograph:
        parts = list(predictor.strips(photograph))
        assert predictor.is_tiled(photograph) == (predictor.tile > 0)
        pixels = np.concatenate([pixels for _, pixels in parts])
        np.testing.assert_array_equal(pixels, photograph.rows(0, photograph.height))
    return np.concatenate([prob for prob, _ in parts])


@pytest.fixture
def save(tmp_path):
    def photograph(*size):
        Image.fromarray(tiny_models.photograph(*size)[..., ::-1]).save(tmp_path / 'a.png')
        return tmp_path / 'a.png'

    return photograph


@pytest.mark.parametrize('size', [(300, 400), (97, 1000), (500, 131), (331, 333)])
def test_tiles_give_what_the_whole_image_gives(unet, save, size):
    path = save(*size)
    whole = predict(tiny_models.predictor(unet, tile=0), path)
    tiled = tiny_models.predictor(unet, tile=128)
    assert tiled.exact
    assert whole.std() > 0.1  # not the same everywhere
    np.testing.assert_allclose(predict(tiled, path), whole, atol=1e-5)


def test_too_small_an_overlap_shows_and_is_known(unet, save):
    path = save(300, 400)
    whole = predict(tiny_models.predictor(unet, tile=0), path)
    tiled = tiny_models.predictor(unet, tile=128, overlap=0)
    assert not tiled.exact
    assert np.abs(predict(tiled, path) - whole).max() > 1e-3


def test_margin_of_a_filter_is_its_radius():
    def blur(image):
        gray = torch.from_numpy(image).mean(-1)[None, None]
        return F.avg_pool2d(gray, 21, stride=1, padding=10)[0, 0] / 255

    assert context_margin(blur, 64, 1) == 10


def test_views_without_a_limit_are_found():
    def contrast(image):  # image pooling
        gray = torch.from_numpy(image).mean(-1) / 255
        return gray - gray.mean()

    def column(image):  # a position table
        return torch.from_numpy(image).mean(-1) / 255 + torch.arange(image.shape[1]) / 100

    assert context_margin(contrast, 64, 1) is None
    assert context_margin(column, 64, 1) is None


def test_a_resizing_pipeline_is_tiled_without_claiming_to_be_exact(resizing, save):
    path = save(300, 400)
    tiled = tiny_models.predictor(resizing, tile=128)
    prob = predict(tiled, path)
    assert not tiled.exact
    assert (tiled.divisor, tiled.overlap) == (1, 32)
    window = tiled.window(tiny_models.photograph(300, 400)[:128, :128])
    inside = slice(0, 128 - 32)  # where only the first tile counts
    np.testing.assert_allclose(prob[inside, inside], window[inside, inside], atol=1e-6)


def test_two_channels_are_a_softmax(tmp_path, save):
    predictor = tiny_models.predictor(tiny_models.write(tmp_path, channels=2, threshold=None))
    assert predictor.threshold == 0.5
    image = tiny_models.photograph(64, 64)
    batch = dict(inputs=[torch.from_numpy(image).permute(2, 0, 1)])
    from mmseg.structures import SegDataSample

    meta = dict(ori_shape=(64, 64), img_shape=(64, 64))
    batch['data_samples'] = [SegDataSample(metainfo=meta)]
    with torch.no_grad():
        (sample,) = predictor.model.test_step(batch)
    found = predictor.window(image) > predictor.threshold
    torch.testing.assert_close(found, sample.pred_sem_seg.data[0].bool())


def test_gray_models_get_gray_images(tmp_path):
    extra = (
        "test_pipeline[0]['color_type'] = 'grayscale'\n"
        "model['backbone']['in_channels'] = 1\n"
        "model['data_preprocessor'].update(mean=[120.0], std=[60.0], bgr_to_rgb=False)\n"
    )
    predictor = tiny_models.predictor(tiny_models.write(tmp_path, extra))
    gray = np.repeat(tiny_models.photograph(32, 48)[..., :1], 3, axis=2)
    assert predictor.window(gray).shape == (32, 48)


def test_faulty_tiles_are_refused(unet):
    with pytest.raises(ValueError, match='overlap below the tile'):
        tiny_models.predictor(unet, tile=64, overlap=64)
    assert tiny_models.predictor(unet, tile=100).tile == 128


def test_a_failure_of_the_model_names_the_photograph(unet, save, monkeypatch):
    predictor = tiny_models.predictor(unet)

    def fail(batch):
        raise torch.OutOfMemoryError('by design')

    monkeypatch.setattr(predictor.model, 'test_step', fail)
    with pytest.raises(RuntimeError, match=r'a\.png: predicting 40×50 .*by design.*smaller --tile'):
        predict(predictor, save(40, 50))
