"""Plain SAM: the official generator on a tiny checkpoint, and which of its masks are cracks."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from segment_anything import SamAutomaticMaskGenerator, sam_model_registry

from mmcrack.engine.safe_checkpoints import OPT_OUT_VARIABLE, UnsafeCheckpointError
from mmcrack.pseudo_labels import SAMAutomaticPseudoLabel, darkness, elongation

sys.path.insert(0, str(Path(__file__).parents[1] / 'test_models'))
import sam_toy

SIZE = (160, 200)


def drawn(draw, *args):
    canvas = np.zeros(SIZE, np.uint8)
    draw(canvas, *args)
    return canvas > 0


LINE = drawn(cv2.line, (10, 20), (190, 140), 1, 5)
ARC = drawn(cv2.ellipse, (100, 80), (60, 60), 0, 0, 300, 1, 5)
DISC = drawn(cv2.circle, (100, 80), 30, 1, -1)
SQUARE = drawn(cv2.rectangle, (40, 40), (99, 99), 1, -1)


@pytest.mark.parametrize(('width', 'length'), [(5, 100), (9, 90), (15, 120)])
def test_elongation_of_a_stripe_is_length_over_width(width, length):
    stripe = np.zeros(SIZE, bool)
    stripe[20 : 20 + width, 30 : 30 + length] = True
    assert elongation(stripe) == pytest.approx(length / width, rel=0.15)


def test_elongation_of_shapes():
    assert elongation(DISC) == pytest.approx(np.pi * 9 / 16, rel=0.1)
    assert elongation(SQUARE) == pytest.approx(9 / 4, rel=0.1)
    assert elongation(ARC) > 30  # by its whole length, though its box is a square
    assert elongation(~LINE) < 5  # the surface around a crack
    assert elongation(np.zeros(SIZE, bool)) == elongation(np.ones(SIZE, bool)) == 0


def test_darkness_is_the_difference_from_what_is_around():
    gray = np.full(SIZE, 150, np.uint8)
    gray[:, 150:] = 0  # far away
    gray[SQUARE] = 110
    assert darkness(SQUARE, gray) == 40
    assert darkness(SQUARE, 255 - gray) == -40
    assert darkness(np.ones(SIZE, bool), gray) == 0


@pytest.fixture(scope='module')
def toy_registry():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sam_model_registry, 'toy', lambda checkpoint=None: sam_toy.official_sam(7))
        yield


@pytest.fixture(scope='module')
def checkpoint(tmp_path_factory):
    return sam_toy.save_official(tmp_path_factory.mktemp('sam') / 'toy.pth')


@pytest.fixture
def labeller(toy_registry, checkpoint):
    options = dict(points_per_side=3, pred_iou_thresh=-1e9, stability_score_thresh=-1.0)
    return SAMAutomaticPseudoLabel(checkpoint, arch='toy', generator=options, device='cpu')


def mask(inside, iou=0.9, stability=0.8):
    return dict(segmentation=inside, predicted_iou=iou, stability_score=stability)


def test_thin_dark_masks_alone_are_labelled(labeller):
    gray = np.full(SIZE, 150, np.uint8)
    for inside, value in ((DISC, 60), (ARC, 220), (LINE, 60)):
        gray[inside] = value
    speck = np.zeros(SIZE, bool)
    speck[100:102, 10:30] = True  # thin, but small
    gray[speck] = 60
    masks = [mask(inside) for inside in (LINE, ARC, DISC, SQUARE, ~LINE, speck)]
    label = labeller.crack_map(masks, gray)
    assert label.dtype == np.float32
    np.testing.assert_allclose(label, np.where(LINE, np.float32(0.72), 0))


def test_of_masks_that_overlap_the_best_score_counts(labeller):
    gray = np.full(SIZE, 150, np.uint8)
    gray[LINE] = 60
    part = LINE.copy()
    part[80:] = False
    masks = [mask(part, 0.5, 0.8), mask(LINE, 0.6, 1.0), mask(part, 1.1, 1.0)]
    label = labeller.crack_map(masks, gray)
    np.testing.assert_allclose(label[part], 1.0)  # SAM's predictions may exceed 1
    np.testing.assert_allclose(label[LINE & ~part], 0.6)


def test_generator_reads_the_photograph_in_rgb(labeller):
    class StandIn:
        def generate(self, image):
            self.image = image
            return [mask(LINE)]

    labeller.generator = StandIn()
    photograph = np.full((*SIZE, 3), (10, 150, 200), np.uint8)
    photograph[LINE] = 5
    label = labeller({'img': photograph})['gt_seg_map']
    np.testing.assert_array_equal(labeller.generator.image, photograph[..., ::-1])
    np.testing.assert_array_equal(label > 0, LINE)
    assert labeller({'img': photograph[..., 1]})['gt_seg_map'].shape == SIZE


def test_masks_are_the_official_generators(labeller, checkpoint):
    photograph = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    model = sam_toy.official_sam()
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    official = SamAutomaticMaskGenerator(
        model, points_per_side=3, pred_iou_thresh=-1e9, stability_score_thresh=-1.0
    )
    expected = official.generate(photograph)
    found = labeller.generator.generate(photograph)
    assert len(found) == len(expected) > 0
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one['segmentation'], other['segmentation'])
    labeller.min_elongation, labeller.min_area, labeller.min_darkness = 0, 1, -255
    label = labeller({'img': np.ascontiguousarray(photograph[..., ::-1])})['gt_seg_map']
    assert label.shape == (48, 64)
    assert ((label >= 0) & (label <= 1)).all()


def test_a_missing_checkpoint_says_where_to_get_it(tmp_path):
    with pytest.raises(FileNotFoundError, match='mmcrack weights sam_vit_b') as error:
        SAMAutomaticPseudoLabel(str(tmp_path / 'sam_vit_b_01ec64.pth'))
    assert 'configs/opencv_baseline' in str(error.value)


def test_another_architecture_is_refused(toy_registry, checkpoint, tmp_path):
    with pytest.raises(ValueError, match="arch='vit_x' must be one of"):
        SAMAutomaticPseudoLabel(checkpoint, arch='vit_x')
    torch.save({'image_encoder.pos_embed': torch.zeros(1)}, tmp_path / 'other.pth')
    with pytest.raises(ValueError, match=r'other\.pth: no weights of SAM toy'):
        SAMAutomaticPseudoLabel(str(tmp_path / 'other.pth'), arch='toy')


def test_code_in_a_checkpoint_does_not_run(toy_registry, tmp_path, monkeypatch, capsys):
    class Stranger:
        def __reduce__(self):
            return print, ('ran',)

    monkeypatch.delenv(OPT_OUT_VARIABLE, raising=False)
    torch.save({'extra': Stranger()}, tmp_path / 'stranger.pth')
    with pytest.raises(UnsafeCheckpointError, match=r'stranger\.pth: refused'):
        SAMAutomaticPseudoLabel(str(tmp_path / 'stranger.pth'), arch='toy')
    assert 'ran' not in capsys.readouterr().out.split()
