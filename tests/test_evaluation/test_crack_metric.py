import csv
import json
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from mmseg.models.segmentors import EncoderDecoder
from mmseg.structures import SegDataSample

from mmcrack.evaluation import CrackMetric, evaluate_maps
from mmcrack.evaluation.map_files import read_map


def maps(count=4, shape=(24, 31)):
    rng = np.random.default_rng(0)
    probs = [((rng.integers(0, 100, shape) + 0.5) / 100).astype(np.float32) for _ in range(count)]
    masks = [prob + rng.normal(0, 0.3, shape) > 0.8 for prob in probs]
    masks[-1][:] = False
    return probs, masks


def sample(prob, label, name='a.png'):
    data = torch.as_tensor(prob)
    return dict(
        img_path=name,
        seg_logits=dict(data=data if data.ndim == 3 else data[None]),
        gt_sem_seg=dict(data=torch.as_tensor(label)[None]),
    )


def samples(probs, masks):
    return [
        sample(prob, mask.astype(np.float32), f'images/{index}.jpg')
        for index, (prob, mask) in enumerate(zip(probs, masks, strict=True))
    ]


def evaluated(batch, **options):
    metric = CrackMetric(**options)
    metric.process({}, batch)
    return metric.evaluate(len(batch))


def by_mmseg(logits, mask):
    """A data sample as mmseg's segmentors return it for ``logits``, C×H×W."""
    model = SimpleNamespace(align_corners=False, decode_head=SimpleNamespace(threshold=0.5))
    given = SegDataSample(metainfo=dict(img_path='a.png', ori_shape=mask.shape))
    given.gt_sem_seg = PixelData(data=torch.as_tensor(mask, dtype=torch.float32)[None])
    return EncoderDecoder.postprocess_result(model, logits[None], [given])


@pytest.mark.parametrize('protocol', ['image', 'dataset'])
@pytest.mark.parametrize('tolerance', [0, 2])
def test_equals_evaluate_maps_and_names_the_protocol(protocol, tolerance):
    probs, masks = maps()
    scores = evaluated(samples(probs, masks), protocol=protocol, tolerance=tolerance)
    expected = evaluate_maps(probs, masks, protocol=protocol, tolerance=tolerance)
    prefix = f'{protocol}_r2' if tolerance else protocol
    assert scores == {f'{prefix}/{key}': value for key, value in expected.items()}


@pytest.mark.parametrize('channels', [1, 2])
def test_one_and_two_channels_are_activated_once(channels):
    probs, masks = maps(count=1)
    logit = torch.as_tensor(probs[0]).double().logit().float()[None]
    logits = logit if channels == 1 else torch.cat([0 * logit + 3, logit + 3])
    evaluator = Evaluator([dict(type='mmcrack.CrackMetric', prefix='crack')])
    evaluator.process(by_mmseg(logits, masks[0]))
    expected = evaluate_maps(probs, masks[:1])
    assert evaluator.evaluate(1) == {f'crack/{key}': value for key, value in expected.items()}


@pytest.mark.parametrize('dtype', [np.float32, np.int64])
@pytest.mark.parametrize('tolerance', [0, 3])
def test_ignored_pixels_count_nowhere(dtype, tolerance):
    probs, masks = maps(count=1)
    label = masks[0].astype(dtype)
    label[:, 20:] = -1 if dtype is np.float32 else 255
    label[0] = -1
    other = probs[0].copy()
    other[:, 20:], other[0] = 1, 1
    scores = evaluated([sample(probs[0], label)], tolerance=tolerance)
    assert scores == evaluated([sample(other, label)], tolerance=tolerance)
    kept = evaluate_maps([probs[0][1:, :20]], [masks[0][1:, :20]], tolerance=tolerance)
    assert list(scores.values()) == list(kept.values())


def test_half_precision_predictions_are_compared_as_float32():
    probs, masks = maps(count=1)
    half = torch.as_tensor(probs[0]).bfloat16()
    scores = evaluated([sample(half, masks[0].astype(np.float32))])
    assert list(scores.values()) == list(evaluate_maps([half.float().numpy()], masks[:1]).values())


def test_reports_hold_the_figures(tmp_path):
    probs, masks = maps()
    files = dict(csv_path=str(tmp_path / 'new' / 'images.csv'), curve_path=str(tmp_path / 'c.json'))
    scores = evaluated(samples(probs, masks), **files)
    rows = list(csv.DictReader(Path(files['csv_path']).read_text().splitlines()))
    assert [row['image'] for row in rows] == [f'images/{i}.jpg' for i in range(4)]
    for row, prob, mask in zip(rows, probs, masks, strict=True):
        alone = evaluate_maps([prob], [mask])
        expected = [alone[key] for key in ('F1', 'mIoU', 'mIoU_2class', 'clDice', 'OIS')]
        found = [float(row[key]) for key in ('F1', 'IoU', 'IoU_2class', 'clDice', 'best_F1')]
        assert found == pytest.approx(expected, abs=1e-4)
        assert float(row['best_threshold']) == alone['ODS_threshold']
        assert int(row['predicted_pixels']) == (prob > 0.5).sum()
        assert (int(row['crack_pixels']), int(row['pixels'])) == (mask.sum(), mask.size)
    curve = json.loads(Path(files['curve_path']).read_text())
    assert 100 * max(curve['image_f1'][1:]) == pytest.approx(scores['image/ODS'])
    assert curve['threshold'] == [k / 100 for k in range(100)]
    prob, mask = np.stack(probs), np.stack(masks)
    pred = prob > np.float32(0.3)
    assert curve['precision'][30] == pytest.approx((pred & mask).sum() / pred.sum())
    assert curve['recall'][30] == pytest.approx((pred & mask).sum() / mask.sum())
    assert sorted(path.name for path in tmp_path.rglob('*')) == ['c.json', 'images.csv', 'new']


def test_curve_as_csv_has_the_same_columns(tmp_path):
    probs, masks = maps()
    path = tmp_path / 'curve.csv'
    evaluated(samples(probs, masks), curve_path=str(path), protocol='dataset')
    rows = list(csv.DictReader(path.read_text().splitlines()))
    best = max(float(row['dataset_f1']) for row in rows[1:])
    assert 100 * best == pytest.approx(evaluate_maps(probs, masks, protocol='dataset')['ODS'])
    assert list(rows[0]) == ['threshold', 'precision', 'recall', 'dataset_f1', 'image_f1']


@pytest.mark.parametrize('bits', [8, 16])
def test_written_maps_keep_the_scores_at_one_half(tmp_path, bits):
    probs, masks = maps()
    probs[0][:8] = 0.5
    probs[0][8] = np.nextafter(np.float32(0.5), np.float32(1))
    out = tmp_path / 'maps'
    scores = evaluated(
        samples(probs, masks), output_dir=str(out), output_bits=bits, keep_results=True
    )
    written = [read_map(out / f'{index}.png') for index in range(4)]
    for prob, found in zip(probs, written, strict=True):
        np.testing.assert_allclose(found, prob, atol=0.5001 / (2**bits - 1))
    again = evaluate_maps(written, masks)
    assert all(again[key] == scores[f'image/{key}'] for key in ('F1', 'mIoU', 'clDice'))
    assert cv2.imread(str(out / '0.png'), cv2.IMREAD_UNCHANGED).dtype == f'uint{bits}'


def test_format_only_needs_no_masks(tmp_path):
    probs, masks = maps(count=2)
    batch = samples(probs, masks)
    for one in batch:
        del one['gt_sem_seg']
    assert evaluated(batch, format_only=True, output_dir=str(tmp_path)) == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ['0.png', '1.png']


def test_two_images_of_one_name_cannot_share_a_map_file(tmp_path):
    probs, _ = maps(count=2)
    label = np.zeros(probs[0].shape, np.float32)
    batch = [sample(prob, label, f'{part}/1.jpg') for prob, part in zip(probs, 'ab', strict=True)]
    with pytest.raises(ValueError, match=r'a/1.jpg and b/1.jpg'):
        evaluated(batch, output_dir=str(tmp_path))


LABEL = np.zeros((4, 5), np.float32)
PROB = np.zeros((4, 5), np.float32)


@pytest.mark.parametrize(
    ('prob', 'label', 'message'),
    [
        (PROB * np.nan, LABEL, 'NaN'),
        (PROB + 2, LABEL, 'not within'),
        (PROB[:3], LABEL, 'map is 3×5, its mask 4×5'),
        (np.zeros((3, 4, 5), np.float32), LABEL, 'expected one or two channels'),
        (PROB, LABEL + 0.5, 'hard masks'),
        (PROB, LABEL + 255, 'hard masks'),
        (PROB, LABEL.astype(int) + 2, 'hard masks'),
        (PROB, LABEL - 1, 'all its pixels are ignored'),
    ],
)
def test_bad_predictions_name_the_image(prob, label, message):
    with pytest.raises(ValueError, match=f'^a.png: .*{message}'):
        evaluated([sample(prob, label)])


@pytest.mark.parametrize('key', ['gt_sem_seg', 'seg_logits'])
def test_missing_parts_name_the_image(key):
    one = sample(PROB, LABEL)
    del one[key]
    with pytest.raises(ValueError, match=r'^a\.png: .* no (mask|seg_logits)'):
        evaluated([one])


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(protocol='pixel'), 'protocol'),
        (dict(tolerance=-1), 'tolerance'),
        (dict(output_bits=12), '8 or 16'),
        (dict(csv_path='x.txt'), 'x.txt'),
        (dict(curve_path='x.png'), 'x.png'),
        (dict(format_only=True), 'output_dir'),
    ],
)
def test_bad_options_are_refused_at_once(options, message):
    with pytest.raises(ValueError, match=message):
        CrackMetric(**options)
