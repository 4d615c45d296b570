"""Precision, recall and what follows from them."""

from typing import NamedTuple

import numpy as np

from mmcrack.evaluation.image_counts import ImageCounts
from mmcrack.evaluation.threshold_counts import HALF, THRESHOLDS, ThresholdCounts


class Curve(NamedTuple):
    """Scores at the thresholds t_k = k/100, k = 0…99; float64 arrays (100,) in [0, 1].

    Attributes:
        threshold: t_k.
        precision: Of the counts summed over the images.
        recall: Of the counts summed over the images.
        dataset_f1: Of the counts summed over the images; its maximum is the ODS of the protocol
            ``'dataset'``.
        image_f1: Mean of the images' F1; its maximum is the ODS of the protocol ``'image'``.
    """

    threshold: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    dataset_f1: np.ndarray
    image_f1: np.ndarray


def precision(counts: ThresholdCounts) -> np.ndarray:
    """P = correct / predicted; 1 where nothing is predicted."""
    return _ratio(counts.correct, counts.predicted)


def recall(counts: ThresholdCounts) -> np.ndarray:
    """R = found / true; 1 where there is nothing to find."""
    return _ratio(counts.found, counts.true)


def _ratio(part: np.ndarray, whole: np.ndarray | int) -> np.ndarray:
    whole = np.broadcast_to(np.asarray(whole, np.float64), np.shape(part))
    return np.divide(part, whole, out=np.ones(np.shape(part)), where=whole > 0)


def f1(counts: ThresholdCounts) -> np.ndarray:
    """F1 = 2PR / (P + R), 0 where both are 0; without true pixels, 1 where nothing is predicted.

    Written with products of counts, which are whole numbers, so that equal scores of one image
    compare equal: the first of equal thresholds is then well defined.
    """
    parts = (counts.predicted, counts.correct, counts.found)
    predicted, correct, found = (np.asarray(part, np.float64) for part in parts)
    true = float(counts.true)
    whole = correct * true + found * predicted
    nothing = ((predicted == 0) & (true == 0)).astype(np.float64)
    return np.divide(2 * correct * found, whole, out=nothing, where=whole > 0)


def average_precision(counts: ThresholdCounts) -> float:
    """AP = Σ (R_k − R_{k+1})·P_k over k = 99…0 with R_100 = 0: a binary map scores P·R."""
    return float(-np.sum(np.diff(recall(counts), append=0) * precision(counts)))


def best_threshold(scores: np.ndarray) -> int:
    """Index k = 1…99 of the highest score; the first of equals."""
    return 1 + int(np.argmax(scores[1:]))


def crack_iou(image: ImageCounts) -> float:
    """IoU of the crack class at p > 0.5; 1 where there is no crack and none is predicted."""
    union = int(image.thresholds.predicted[HALF]) + image.thresholds.true - image.overlap
    return image.overlap / union if union else 1.0


def background_iou(image: ImageCounts) -> float:
    """IoU of the background at p > 0.5; 1 where there is none and none is predicted."""
    union = image.pixels - image.overlap
    predicted = int(image.thresholds.predicted[HALF])
    rest = image.pixels - predicted - image.thresholds.true + image.overlap
    return rest / union if union else 1.0


class ScoreAccumulator:
    """Sums the counts of images, one after the other, and scores them under both protocols.

    Its memory does not grow with the number of images. Sums are made in the order of
    :meth:`add`, so the same images in the same order give the same scores to the last bit.
    """

    def __init__(self) -> None:
        self.images = 0
        self._f1 = np.zeros(100)
        self._best_f1 = 0.0
        self._at_half = np.zeros(4)  # F1, IoU, mean IoU of both classes, clDice
        self._sum = np.zeros((3, 100), np.int64)
        self._true = 0
        self._best_sum = np.zeros((3, 1), np.int64)

    def add(self, image: ImageCounts) -> None:
        """Add one image."""
        counts = image.thresholds
        scores = f1(counts)
        best, iou = best_threshold(scores), crack_iou(image)
        self.images += 1
        self._f1 += scores
        self._best_f1 += scores[best]
        self._at_half += (
            scores[HALF],
            iou,
            (iou + background_iou(image)) / 2,
            image.centerline.dice(),
        )
        parts = np.stack([counts.predicted, counts.correct, counts.found])
        self._sum += parts
        self._best_sum += parts[:, [best]]
        self._true += counts.true

    def curve(self) -> Curve:
        """Precision, recall and F1 at all thresholds."""
        pooled = self._pooled()
        return Curve(
            THRESHOLDS, precision(pooled), recall(pooled), f1(pooled), self._f1 / self._count()
        )

    def scores(self, protocol: str = 'image') -> dict[str, float]:
        """The scores under one protocol, in percent (``ODS_threshold`` in [0, 1]).

        Args:
            protocol: ``'image'`` or ``'dataset'``, see :func:`evaluate_maps`.

        Raises:
            ValueError: no image has been added, or there is no such protocol.
        """
        check_protocol(protocol)
        curve = self.curve()
        scores = curve.image_f1 if protocol == 'image' else curve.dataset_f1
        best = best_threshold(scores)
        f1_at_half, iou, iou_of_both, cl_dice = self._at_half / self._count()
        fractions = dict(
            ODS=scores[best],
            OIS=self._ois(protocol),
            AP=average_precision(self._pooled()),
            F1=f1_at_half,
            mIoU=iou,
            mIoU_2class=iou_of_both,
            clDice=cl_dice,
        )
        percent = {key: 100 * float(value) for key, value in fractions.items()}
        return percent | {'ODS_threshold': float(THRESHOLDS[best])}

    def _ois(self, protocol: str) -> float:
        if protocol == 'image':
            return self._best_f1 / self._count()
        return float(f1(ThresholdCounts(*self._best_sum, self._true))[0])

    def _pooled(self) -> ThresholdCounts:
        return ThresholdCounts(*self._sum, self._true)

    def _count(self) -> int:
        if self.images == 0:
            raise ValueError('there is nothing to evaluate: no image has been given')
        return self.images


def check_protocol(protocol: str) -> None:
    """Raise ValueError where there is no such protocol."""
    if protocol not in ('image', 'dataset'):
        raise ValueError(f"protocol must be 'image' or 'dataset', got {protocol!r}")


def check_tolerance(tolerance: float) -> None:
    """Raise ValueError where the tolerance is no distance."""
    if not (np.isscalar(tolerance) and np.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f'tolerance must be a distance in pixels, 0 or more, got {tolerance!r}')
