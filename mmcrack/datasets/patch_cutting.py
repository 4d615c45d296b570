"""Patches with yes/no labels, cut from photographs with masks (GPLL, section IV-A).

As with conversions, everything is checked before anything is written, and the new folder appears
at once.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from mmengine.utils import track_iter_progress
from PIL import Image, ImageOps

from mmcrack.datasets.conversion import ConversionError, MaskValues, plan, require_free
from mmcrack.datasets.masks import file_size, label_from_mask, read_mask, size_text
from mmcrack.datasets.pairs import Pair, PairRules, report

FOLDERS = {True: 'Positive', False: 'Negative'}
_EIGHT_BIT_MODES = ('1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'CMYK', 'YCbCr')


class PatchGrid(NamedTuple):
    """Where patches lie in an image.

    Args:
        size: Side of a patch, pixels.
        stride: Distance of neighboring patches, pixels.
    """

    size: int = 128
    stride: int = 64

    def starts(self, length: int) -> list[int]:
        """First pixels of the patches along one side; the last patch ends with the image."""
        last = length - self.size
        return sorted({*range(0, last + 1, self.stride), last})

    def corners(self, height: int, width: int) -> Iterator[tuple[int, int]]:
        """(top, left) of every patch."""
        for top in self.starts(height):
            for left in self.starts(width):
                yield top, left


def is_crack_patch(label: np.ndarray) -> bool:
    """Whether a patch counts as crack: one crack pixel suffices.

    Args:
        label: float32, 1 crack, 0 background.
    """
    return bool((label > 0).any())


def plan_patches(
    source: Path,
    parts: Mapping[str, tuple[str, str]],
    rules: PairRules,
    grid: PatchGrid,
    *,
    values: MaskValues = MaskValues(),  # noqa: B008 (immutable)
    skip_unpaired: bool = False,
    shown: int = 20,
) -> tuple[dict[str, list[Pair]], list[str]]:
    """Find the pairs of all parts and check every file, also that patches fit and have 8 bits.

    Args:
        source: Folder of the data set.
        parts: Part → its image and mask folders below ``source``.
        rules: How the files are named.
        grid: The patches.
        values: What the masks must hold.
        skip_unpaired: Leave out images without a mask and masks without an image.
        shown: How many problems the error lists.

    Returns:
        Part → its pairs, and the lines for files left out.

    Raises:
        ConversionError: files or folders are missing, unreadable or unfit.
        ValueError: the grid is none.
    """
    if grid.size < 1 or grid.stride < 1:
        raise ValueError(f'patch size {grid.size} and stride {grid.stride} must be at least 1')
    pairs, lone = plan(
        source, parts, rules, values=values, skip_unpaired=skip_unpaired, shown=shown
    )
    found = (_problem(pair.image, grid) for members in pairs.values() for pair in members)
    problems = [problem for problem in found if problem]
    if problems:
        raise ConversionError(f'{len(problems)} problems:\n{report(problems, shown)}')
    return pairs, lone


def _problem(path: Path, grid: PatchGrid) -> str | None:
    height, width = file_size(path)
    if min(height, width) < grid.size:
        size = size_text(height, width)
        return f'{path}: {size}, smaller than a patch of {grid.size} pixels; leave it out'
    with Image.open(path) as image:
        mode = image.mode
    if mode not in _EIGHT_BIT_MODES:
        return f'{path}: pixels of type {mode}; convert the image to 8 bits per channel'
    return None


def write_patches(
    out: Path,
    pairs: Mapping[str, list[Pair]],
    grid: PatchGrid,
    values: MaskValues,
    *,
    only: str | None = None,
) -> dict[str, dict[str, int]]:
    """Write ``PART/Positive`` and ``PART/Negative`` with a PNG file for each patch.

    Args:
        out: Folder to make; must not exist, or be empty.
        pairs: Part → its pairs.
        grid: The patches.
        values: How stored mask values become cracks.
        only: ``'Positive'`` or ``'Negative'``: write those patches alone.

    Returns:
        Part → folder → number of patches written.

    Raises:
        FileExistsError: ``out`` holds something.
    """
    require_free(out)
    partial = out.parent / f'.{out.name}.{os.getpid()}.partial'
    try:
        counts = {}
        for part, members in pairs.items():
            folders = [only] if only else list(FOLDERS.values())
            counts[part] = dict.fromkeys(folders, 0)
            for folder in folders:
                (partial / part / folder).mkdir(parents=True)
            for pair in track_iter_progress(members):
                for folder in _write_pair(partial / part, pair, grid, values, only):
                    counts[part][folder] += 1
        os.replace(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return counts


def _write_pair(
    out: Path, pair: Pair, grid: PatchGrid, values: MaskValues, only: str | None
) -> Iterator[str]:
    """Write the patches of a photograph; give the folder of each."""
    with Image.open(pair.image) as stored:
        image = ImageOps.exif_transpose(stored)
        image = image.convert('L' if image.mode in ('1', 'L', 'LA') else 'RGB')
    label = label_from_mask(read_mask(pair.mask), pair.mask, **values._asdict())
    name = pair.name.replace('/', '_')
    for top, left in grid.corners(*label.shape):
        bottom, right = top + grid.size, left + grid.size
        folder = FOLDERS[is_crack_patch(label[top:bottom, left:right])]
        if only not in (None, folder):
            continue
        patch = image.crop((left, top, right, bottom))
        patch.save(out / folder / f'{name}_y{top:04}_x{left:04}.png', compress_level=1)
        yield folder
