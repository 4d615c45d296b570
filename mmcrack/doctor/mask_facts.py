"""Reads a mask and keeps the little that the checks need to know of it."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.doctor.image_facts import orientation_of

_NEAR = 48  # levels from 0 and 255 within which compression moves a hard mask's values
_FEW = 16  # values that still look like classes


class MaskFacts(NamedTuple):
    """What is known of a mask.

    Args:
        size: Height and width, as stored.
        orientation: EXIF's, 1 where it says nothing.
        trouble: Empty, or what its values look like: ``compressed``, ``two values``,
            ``classes`` or ``gray``.
        values: The values in words, where there is trouble.
        crack_share: Share of crack pixels among those that count; soft labels count above 0.5.
        digest: Of the pixels.
    """

    size: tuple[int, int]
    orientation: int
    trouble: str
    values: str
    crack_share: float
    digest: bytes


def read_mask_facts(path: Path, options: Mapping[str, Any]) -> MaskFacts:
    """Read a mask.

    Args:
        path: The file.
        options: Arguments of :func:`mmcrack.datasets.masks.label_from_mask`.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it cannot be read, or has several channels or more than 8 bits.
    """
    values = read_mask(path)
    try:
        label = label_from_mask(values, path, **options)
        trouble, words = '', ''
    except ValueError:
        trouble, words = _trouble(values)
        label = (values > values.max() / 2).astype(np.float32)
        label = 1 - label if options.get('invert') else label
    counted = label >= 0
    return MaskFacts(
        values.shape,
        _orientation(path),
        trouble,
        words,
        float((label > 0.5).sum() / max(counted.sum(), 1)),
        hashlib.blake2b(values.tobytes(), digest_size=16).digest(),
    )


def _trouble(values: np.ndarray) -> tuple[str, str]:
    """What values other than 0 and 255 look like, and the values in words."""
    counts = np.bincount(values.ravel(), minlength=256)
    present = np.flatnonzero(counts)
    odd = present[(present > 0) & (present < 255)]
    words = f'{len(present)} values, {100 * counts[odd].sum() / values.size:.1f} % not 0 or 255'
    if len(present) <= 2:
        return 'two values', ' and '.join(map(str, present))
    if len(present) <= _FEW and present.max() <= _FEW:
        return 'classes', ', '.join(map(str, present))
    low, high = counts[: _NEAR + 1].sum(), counts[-_NEAR - 1 :].sum()
    compressed = high and low + high > 0.9 * values.size
    return ('compressed' if compressed else 'gray'), words


def _orientation(path: Path) -> int:
    if path.suffix.lower() == '.mat':
        return 1
    with Image.open(path) as image:
        return orientation_of(image)
