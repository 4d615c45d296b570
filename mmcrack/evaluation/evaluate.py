"""Evaluation of arrays, without a Runner."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

import numpy as np

from mmcrack.evaluation.image_counts import count_image
from mmcrack.evaluation.scores import ScoreAccumulator, check_protocol, check_tolerance

_MISSING = object()


def evaluate_maps(
    probs: Iterable[np.ndarray],
    masks: Iterable[np.ndarray],
    *,
    protocol: str = 'image',
    tolerance: float = 0,
) -> dict[str, float]:
    """Compare probability maps with masks.

    A pixel is predicted crack where p > t_k, t_k = k/100, both as float32; k = 1…99 for ODS and
    OIS, 0…99 for AP. The iterables may be generators: a map is looked at once and let go.

    Args:
        probs: Maps, H×W in [0, 1].
        masks: Masks, H×W, bool or 0 and 1; each of its map's size.
        protocol: ``'image'``: ODS is the maximum over thresholds of the mean F1 of the images,
            OIS the mean of the images' own maxima. ``'dataset'``: both from counts summed over
            the images. AP is from summed counts, the rest are means over images, under both.
        tolerance: Distance in pixels (Euclidean) up to which precision and recall match predicted
            and true pixels. IoU and clDice ignore it.

    Returns:
        In percent ``ODS``, ``OIS``, ``AP``, ``F1``, ``mIoU`` (of the crack class),
        ``mIoU_2class`` (mean of background and crack), ``clDice``, the last four at p > 0.5; and
        ``ODS_threshold``, the first threshold that reaches ODS.

    Raises:
        ValueError: there are no maps, or not as many maps as masks; a map and its mask differ in
            size; a map has NaN or values outside [0, 1]; a mask is not hard; an argument is out
            of range. Where it is about an image, the message gives its index.
    """
    check_protocol(protocol)
    check_tolerance(tolerance)
    total = ScoreAccumulator()
    for index, (prob, mask) in enumerate(_pairs(probs, masks)):
        total.add(count_image(prob, mask, name=f'image {index}', tolerance=tolerance))
    return total.scores(protocol)


def _pairs(
    probs: Iterable[np.ndarray], masks: Iterable[np.ndarray]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for index, (prob, mask) in enumerate(zip_longest(probs, masks, fillvalue=_MISSING)):
        if prob is _MISSING or mask is _MISSING:
            lacking = 'probability map' if prob is _MISSING else 'mask'
            raise ValueError(f'image {index} has no {lacking}: give as many maps as masks')
        yield prob, mask
