import weakref
from fractions import Fraction

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt
from skimage.morphology import skeletonize
from sklearn.metrics import average_precision_score, f1_score, jaccard_score

from mmcrack.evaluation import evaluate_maps

LINE = np.zeros((20, 30), bool)
LINE[9:12, 3:27] = True


def maps(seed=0, count=5, steps=None):
    """Maps and masks; an image without crack and one without prediction among them."""
    rng = np.random.default_rng(seed)
    probs = [rng.random((23, 31 + i)).astype(np.float32) for i in range(count)]
    masks = [prob + rng.normal(0, 0.4, prob.shape) > 0.9 for prob in probs]
    if steps:
        probs = [np.round(prob * steps).astype(np.float32) / np.float32(steps) for prob in probs]
    masks[1][:] = False
    probs[2][:] = 0
    return probs, masks


def near(pixels, radius):
    return distance_transform_edt(~pixels) <= radius if pixels.any() else pixels


def brute_counts(prob, mask, radius):
    """(predicted, correct, found, true) at the thresholds k/100, k = 0…99, one by one."""
    counts = []
    for k in range(100):
        pred = prob > np.float32(k / 100)
        parts = (pred, pred & near(mask, radius), mask & near(pred, radius), mask)
        counts.append([int(part.sum()) for part in parts])
    return counts


def brute_f1(predicted, correct, found, true):
    """2PR/(P+R) as an exact fraction, with the protocol's conventions."""
    if true == 0:
        return Fraction(predicted == 0)
    p, r = Fraction(correct, predicted) if predicted else Fraction(1), Fraction(found, true)
    return 2 * p * r / (p + r) if p + r else Fraction(0)


def brute_ap(counts):
    recall = [Fraction(found, true) for _, _, found, true in counts] + [Fraction(0)]
    precision = [Fraction(right, pred) if pred else Fraction(1) for pred, right, _, _ in counts]
    return sum((recall[k] - recall[k + 1]) * precision[k] for k in range(100))


def first_best(counts):
    return max(range(1, 100), key=lambda k: (brute_f1(*counts[k]), -k))


def brute_scores(images, protocol):
    pooled = [np.sum([counts[k] for counts in images], axis=0).tolist() for k in range(100)]
    if protocol == 'image':
        ods = [sum(brute_f1(*counts[k]) for counts in images) / len(images) for k in range(100)]
        ois = sum(max(brute_f1(*c) for c in counts[1:]) for counts in images) / len(images)
    else:
        ods = [brute_f1(*counts) for counts in pooled]
        best = np.sum([counts[first_best(counts)] for counts in images], axis=0)
        ois = brute_f1(*best.tolist())
    best = max(range(1, 100), key=lambda k: (ods[k], -k))
    f1 = sum(brute_f1(*counts[50]) for counts in images) / len(images)
    return dict(ODS=ods[best], OIS=ois, AP=brute_ap(pooled), F1=f1), best / 100


@pytest.mark.parametrize('protocol', ['image', 'dataset'])
@pytest.mark.parametrize('radius', [0, 2])
@pytest.mark.parametrize('steps', [None, 10, 100, 255])
def test_equals_exact_fractions_of_a_loop_over_thresholds(protocol, radius, steps):
    probs, masks = maps(seed=steps or 0, steps=steps)
    scores = evaluate_maps(probs, masks, protocol=protocol, tolerance=radius)
    counts = [brute_counts(prob, mask, radius) for prob, mask in zip(probs, masks, strict=True)]
    expected, threshold = brute_scores(counts, protocol)
    assert {key: scores[key] for key in expected} == pytest.approx(
        {key: 100 * float(value) for key, value in expected.items()}, rel=1e-12
    )
    assert scores['ODS_threshold'] == threshold


def test_equals_scikit_learn():
    probs, masks = maps(seed=7)
    # mid-way between thresholds every value is a threshold of its own for scikit-learn too
    probs = [(np.floor(prob * 100).clip(0, 99) + 0.5).astype(np.float32) / 100 for prob in probs]
    scores = evaluate_maps(probs, masks, protocol='dataset')
    p, y = (np.concatenate([part.ravel() for part in parts]) for parts in (probs, masks))
    assert scores['AP'] == pytest.approx(100 * average_precision_score(y, p))
    best = max(f1_score(y, p > np.float32(k / 100)) for k in range(1, 100))
    assert scores['ODS'] == pytest.approx(100 * best)
    pairs = [(mask.ravel(), prob.ravel() > 0.5) for prob, mask in zip(probs, masks, strict=True)]
    f1 = np.mean([f1_score(y, p, zero_division=1) for y, p in pairs])
    crack = np.array([jaccard_score(y, p, zero_division=1) for y, p in pairs])
    background = np.array([jaccard_score(~y, ~p) for y, p in pairs])
    assert scores['F1'] == pytest.approx(100 * f1)
    assert scores['mIoU'] == pytest.approx(100 * crack.mean())
    assert scores['mIoU_2class'] == pytest.approx(50 * (crack + background).mean())


def test_binary_map_has_ap_of_precision_times_recall():
    pred = np.roll(LINE, 1, axis=0)
    scores = evaluate_maps([pred], [LINE])
    assert scores['AP'] == pytest.approx(100 * (2 / 3) ** 2)
    assert scores['ODS'] == scores['OIS'] == scores['F1'] == pytest.approx(100 * 2 / 3)


def test_dataset_ois_takes_the_first_of_equal_thresholds():
    # 2 of 6 right at p > 0.01, 1 of 2 at p > 0.20; F1 is 1/2 at both
    prob = np.array([[0.9, 0.9, 0.2, 0.2, 0.2, 0.2, 0, 0]], np.float32)
    mask = np.array([[1, 0, 1, 0, 0, 0, 0, 0]], bool)
    sure = np.ones((1, 4), np.float32)
    scores = evaluate_maps([prob, sure], [mask, sure > 0], protocol='dataset')
    assert scores['OIS'] == pytest.approx(100 * 2 * (2 + 4) / (6 + 4 + 2 + 4))


def test_value_equal_to_a_threshold_is_background():
    scores = evaluate_maps([np.full((4, 4), 0.5)], [np.ones((4, 4), bool)])
    assert (scores['F1'], scores['ODS'], scores['ODS_threshold']) == (0, 100, 0.01)


def test_images_without_crack():
    empty, some = np.zeros((6, 6), np.float32), np.zeros((6, 6), np.float32)
    some[2, 1:5] = 0.7
    silent = evaluate_maps([empty], [empty > 0])
    assert [silent[key] for key in ('ODS', 'OIS', 'F1', 'mIoU', 'clDice')] == [100] * 5
    alarm = evaluate_maps([some], [empty > 0])
    assert [alarm[key] for key in ('F1', 'mIoU', 'clDice')] == [0, 0, 0]
    assert (alarm['ODS'], alarm['ODS_threshold']) == (100, 0.7)
    missed = evaluate_maps([empty], [some > 0])
    assert [missed[key] for key in ('ODS', 'OIS', 'AP', 'F1', 'mIoU', 'clDice')] == [0] * 6


def test_all_crack_image():
    ones = np.ones((5, 5), np.float32)
    scores = evaluate_maps([ones], [ones > 0])
    assert all(value == 100 for key, value in scores.items() if key != 'ODS_threshold')


def test_tolerance_forgives_a_shift_but_iou_and_cldice_do_not():
    shifted = np.roll(LINE, 2, axis=0)
    exact, tolerant = (evaluate_maps([shifted], [LINE], tolerance=r) for r in (0, 2))
    assert exact['F1'] == pytest.approx(100 / 3)
    assert tolerant['F1'] == tolerant['ODS'] == tolerant['AP'] == 100
    assert all(exact[key] == tolerant[key] for key in ('mIoU', 'mIoU_2class', 'clDice'))


def test_cldice_follows_its_definition_and_sees_a_gap():
    pred = np.roll(LINE, 1, axis=0)
    pred[:, 14:16] = False
    line, mask_line = skeletonize(pred), skeletonize(LINE)
    precision, sensitivity = (line & LINE).sum() / line.sum(), (mask_line & pred).sum()
    sensitivity = sensitivity / mask_line.sum()
    expected = 2 * precision * sensitivity / (precision + sensitivity)
    assert evaluate_maps([pred], [LINE])['clDice'] == pytest.approx(100 * expected)
    assert expected < evaluate_maps([np.roll(LINE, 1, axis=0)], [LINE])['clDice'] / 100


def test_maps_are_let_go():
    alive = weakref.WeakSet()
    most = 0

    class Map(np.ndarray):
        __hash__ = object.__hash__

    def stream():
        nonlocal most
        for _ in range(12):
            prob = np.zeros((8, 8), np.float32).view(Map)
            alive.add(prob)
            most = max(most, len(alive))
            yield prob

    evaluate_maps(stream(), (np.zeros((8, 8), bool) for _ in range(12)))
    assert most <= 3


@pytest.mark.parametrize(
    ('probs', 'masks', 'message'),
    [
        ([], [], 'nothing to evaluate'),
        ([LINE, LINE], [LINE], 'image 1 has no mask'),
        ([LINE], [LINE, LINE], 'image 1 has no probability map'),
        ([LINE, LINE[:-1]], [LINE, LINE], 'image 1: the probability map is 19×30, its mask 20×30'),
        ([LINE, LINE * np.nan], [LINE, LINE], 'image 1: .* 600 NaN'),
        ([LINE * 255], [LINE], r'image 0: .* not within \[0, 1\]'),
        ([LINE - 0.1], [LINE], r'image 0: .* not within \[0, 1\]'),
        ([LINE], [LINE * 255], 'image 0: 72 of 600 mask pixels'),
        ([LINE], [LINE * 0.5], 'image 0: 72 of 600 mask pixels'),
        ([LINE[None]], [LINE[None]], 'must be H×W'),
        ([np.zeros((0, 3))], [np.zeros((0, 3))], 'image 0: .* empty'),
    ],
)
def test_bad_input_is_named(probs, masks, message):
    with pytest.raises(ValueError, match=message):
        evaluate_maps(probs, masks)


@pytest.mark.parametrize(
    'options', [{'protocol': 'pixel'}, {'tolerance': -1}, {'tolerance': np.nan}]
)
def test_bad_options_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        evaluate_maps([LINE], [LINE], **options)
