"""Writes synthetic photographs and their masks as a data set folder."""

from pathlib import Path

import cv2
import numpy as np

from mmcrack.synthesis.photograph import PhotographParams, crack_photograph
from mmcrack.synthesis.stable_random import indexed_seed
from mmcrack.utils.atomic_files import write_atomically


def write_photographs(
    out_dir: str | Path,
    count: int,
    size: int | tuple[int, int],
    seed: int,
    *,
    params: PhotographParams | None = None,
    backgrounds: str | None = None,
    image_dir: str = 'images',
    mask_dir: str = 'masks',
) -> list[str]:
    """Write ``count`` photographs and masks as PNG files of equal names, DeepCrack's layout.

    Photograph i is ``crack_photograph(size, seed·2³² + i)``, that of
    ``FractalCrackDataset(mode='photograph')``. Each file appears under its name only when it is
    complete, and a mask before its image, so whatever interrupts the work leaves no image
    without its mask.

    Args:
        out_dir: Folder to write to, made where missing.
        count: Number of photographs.
        size: Side of a square image, or (height, width), in pixels; at least 8.
        seed: Non-negative integer.
        params: Family of photographs.
        backgrounds: Folder of crack-free photographs to use as surfaces as well.
        image_dir: Name of the images' folder in ``out_dir``.
        mask_dir: Name of the masks' folder in ``out_dir``.

    Returns:
        Names of the files, without folder and suffix.
    """
    folders = [Path(out_dir) / name for name in (image_dir, mask_dir)]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    names = [f'{index:06d}' for index in range(count)]
    for index, name in enumerate(names):
        rgb, mask = crack_photograph(
            size,
            indexed_seed(seed, index),
            params=params or PhotographParams(),
            backgrounds=backgrounds,
        )
        _write_png(folders[1] / f'{name}.png', mask)
        _write_png(folders[0] / f'{name}.png', rgb[..., ::-1])
    return names


def _write_png(path: Path, pixels: np.ndarray) -> None:
    write_atomically(path, cv2.imencode('.png', pixels)[1].tobytes())
