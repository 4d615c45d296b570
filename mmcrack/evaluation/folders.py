"""Evaluation of a folder of probability maps, or labels, against a folder of masks."""

import functools
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
from mmengine.utils import track_parallel_progress, track_progress

from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.datasets.pairs import Pair, Pairing, PairRules, find_pairs
from mmcrack.evaluation.image_counts import ImageCounts, count_image
from mmcrack.evaluation.map_files import MAP_SUFFIXES, read_map


def find_map_pairs(
    pred_dir: Path, mask_dir: Path, *, mask_suffix: str = '', exclude: Sequence[str] = ()
) -> Pairing:
    """Pair maps and masks by their paths below the two folders, without suffix.

    Args:
        pred_dir: Folder of the maps.
        mask_dir: Folder of the masks: images or CFD's ``.mat`` files.
        mask_suffix: Ending that the masks' stems have and the maps' lack, such as ``_mask``.
        exclude: Patterns (``*``, ``?``) of names to leave out.

    Raises:
        FileNotFoundError: a folder is missing.
        ValueError: two maps, or two masks, have one name.
    """
    rules = PairRules(
        image_suffixes=MAP_SUFFIXES,
        exclude=exclude,
        mask_key=lambda stem: stem.removesuffix(mask_suffix),
    )
    return find_pairs(pred_dir, mask_dir, rules)


def count_pair(
    pair: Pair,
    *,
    tolerance: float = 0,
    threshold: float | None = None,
    invert: bool = False,
    ignore_value: int | None = None,
) -> ImageCounts:
    """Read a map and its mask and count.

    Args:
        pair: The files; ``pair.image`` is the map.
        tolerance: Distance in pixels up to which predicted and true pixels match.
        threshold: For masks with other values than 0 and 255: crack where value / 255 exceeds it.
        invert: Whether the masks' cracks are dark on white.
        ignore_value: Stored mask value of pixels that count nowhere.

    Raises:
        ValueError: a file cannot be read or has other values than these, or their sizes differ.
            The message names the file.
    """
    values = read_mask(pair.mask)
    label = label_from_mask(
        values, pair.mask, threshold=threshold, invert=invert, ignore_value=ignore_value
    )
    return count_image(
        read_map(pair.image),
        label == 1,
        name=str(pair.image),
        ignored=label == -1,
        tolerance=tolerance,
    )


def count_pairs(pairs: Sequence[Pair], *, workers: int = 1, **options) -> list[ImageCounts]:
    """Count many pairs, in their order, with a progress bar on standard error.

    Args:
        pairs: The files.
        workers: Number of processes.
        **options: Of :func:`count_pair`.

    Raises:
        ValueError: as :func:`count_pair`.
    """
    count = functools.partial(count_pair, **options)
    try:
        if workers == 1:
            return track_progress(count, pairs, file=sys.stderr)
        return track_parallel_progress(
            count, pairs, workers, initializer=cv2.setNumThreads, initargs=(1,), file=sys.stderr
        )
    except ValueError:
        sys.stderr.write('\n')  # ends the line of the bar, before the message
        raise
