"""Measures the labeller of dark ridges against ten lines of OpenCV, on one thread.

Both run in one process. Each time is the shortest of several runs, in CPU seconds, so that other
processes disturb it less.
"""

import argparse
from collections.abc import Callable

import cv2
import numpy as np
from timing import shortest

from mmcrack.pseudo_labels.dark_ridge import dark_ridge_map
from mmcrack.pseudo_labels.opencv_baseline import dark_ridges
from mmcrack.synthesis import crack_photograph

WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    'ten lines of OpenCV': dark_ridges,
    'dark ridges': dark_ridge_map,
    'dark ridges, holes filled': lambda gray: dark_ridge_map(gray, holes=10),
}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('images', nargs='*', help='photographs (default: a synthetic one)')
    parser.add_argument(
        '--size', type=int, nargs=2, default=(384, 544), metavar=('HEIGHT', 'WIDTH'),
        help='of the synthetic photograph',
    )  # fmt: skip
    parser.add_argument('--runs', type=int, default=10)
    return parser.parse_args()


def main() -> None:
    """Print images a second, and how many times the baseline's time each way takes."""
    args = parse_args()
    cv2.setNumThreads(1)
    images = {path: cv2.imread(path, cv2.IMREAD_GRAYSCALE) for path in args.images}
    if not images:
        photograph, _ = crack_photograph(tuple(args.size), 0)
        images = {'synthetic': cv2.cvtColor(photograph, cv2.COLOR_RGB2GRAY)}
    for name, gray in images.items():
        if gray is None:
            raise FileNotFoundError(f'{name} is missing or no image')
        times = {way: shortest(lambda: work(gray), args.runs) for way, work in WAYS.items()}  # noqa: B023
        baseline = times['ten lines of OpenCV']
        print(f'{name}: {gray.shape[0]}×{gray.shape[1]}, one thread')
        for way, seconds in times.items():
            print(f'  {way}: {1 / seconds:.1f} images a second, {seconds / baseline:.1f} times')


if __name__ == '__main__':
    main()
