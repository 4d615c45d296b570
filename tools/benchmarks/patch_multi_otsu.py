"""Measures the threshold map of GPLL against the loop over patches through scikit-image.

Both run in one process and on one thread; their results must be equal. Each time is the shortest
of several runs, in CPU seconds, so that other processes disturb it less.
"""

import argparse

import cv2
import numpy as np
from skimage.filters import threshold_multiotsu
from timing import shortest

from mmcrack.pseudo_labels.multi_otsu import patch_multi_otsu
from mmcrack.synthesis import crack_photograph

SCALES = {'uint8': 1, 'uint16': 257, 'float32': 1 / 255}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('images', nargs='*', help='photographs (default: a synthetic one)')
    parser.add_argument(
        '--size', type=int, nargs=2, default=(384, 544), metavar=('HEIGHT', 'WIDTH')
    )
    parser.add_argument('--patch-size', type=int, default=32)
    parser.add_argument('--stride', type=int, default=8)
    parser.add_argument('--classes', type=int, default=3, choices=(2, 3))
    parser.add_argument('--dtype', default='uint8', choices=list(SCALES), help='(default: uint8)')
    parser.add_argument('--runs', type=int, default=10, help='runs of ours (default: 10)')
    parser.add_argument('--loop-runs', type=int, default=2, help='runs of the loop (default: 2)')
    return parser.parse_args()


def gray_of(image: np.ndarray, dtype: str) -> np.ndarray:
    """What GPLL thresholds: the bilateral filter's gray values."""
    gray = cv2.cvtColor(cv2.bilateralFilter(image, 5, 120, 120), cv2.COLOR_BGR2GRAY)
    return (gray * np.float64(SCALES[dtype])).astype(dtype)


def loop(gray: np.ndarray, patch_size: int, stride: int, classes: int) -> np.ndarray:
    """The published code's way: each patch by itself, scaled and thresholded."""
    height, width = gray.shape
    padded = np.pad(gray, [(0, -side % patch_size) for side in gray.shape], mode='reflect')
    dark = np.ones(padded.shape, bool)
    for top in range(0, padded.shape[0] - patch_size + 1, stride):
        for left in range(0, padded.shape[1] - patch_size + 1, stride):
            window = np.s_[top : top + patch_size, left : left + patch_size]
            dark[window] &= dark_in_patch(padded[window], classes)
    return dark[:height, :width]


def dark_in_patch(patch: np.ndarray, classes: int) -> np.ndarray | bool:
    """Pixels below the lowest threshold; none where there are fewer values than classes."""
    if np.unique(patch).size < classes:
        return False
    patch = patch.astype(np.float64)
    scaled = (patch - patch.min()) / (patch.max() - patch.min())
    return scaled < threshold_multiotsu(scaled, classes=classes)[0]


def main() -> None:
    """Check that both agree, then print times and ratios."""
    args = parse_args()
    cv2.setNumThreads(1)
    images = {path: cv2.imread(path) for path in args.images}
    images = images or {'synthetic': crack_photograph(tuple(args.size), 0)[0]}
    settings = (args.patch_size, args.stride)
    print(f'patches of {settings[0]} at stride {settings[1]}, {args.classes} classes, one thread')
    for name, image in images.items():
        if image is None:
            raise FileNotFoundError(f'{name} is missing or no image')
        gray = gray_of(image, args.dtype)
        ways = {
            'loop': lambda gray=gray: loop(gray, *settings, args.classes),
            'ours': lambda gray=gray: patch_multi_otsu(gray, *settings, classes=args.classes),
        }
        if not np.array_equal(ways['loop'](), ways['ours']()):
            raise RuntimeError(f'{name}: the results differ')
        theirs = 1000 * shortest(ways['loop'], args.loop_runs)
        ours = 1000 * shortest(ways['ours'], args.runs)
        print(
            f'{name}: {gray.shape[0]}×{gray.shape[1]}, loop {theirs:.0f} ms, '
            f'ours {ours:.1f} ms, {theirs / ours:.0f} times as fast, equal'
        )


if __name__ == '__main__':
    main()
