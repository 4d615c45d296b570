"""Measures how many synthetic masks and photographs one core makes per second."""

import argparse
import time
from collections.abc import Callable

import cv2

from mmcrack.synthesis import crack_photograph, fractal_crack


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--size', type=int, default=288, help='side of the images in pixels')
    parser.add_argument('--masks', type=int, default=1000, help='number of masks to draw')
    parser.add_argument('--photographs', type=int, default=100, help='number of photographs')
    return parser.parse_args()


def per_second(draw: Callable[[int, int], object], size: int, count: int) -> tuple[float, float]:
    """Draw ``count`` images; returns images per second of wall-clock time and of CPU time."""
    draw(size, 0)  # loads the textures
    wall, cpu = time.perf_counter(), time.process_time()
    for seed in range(count):
        draw(size, seed)
    return count / (time.perf_counter() - wall), count / (time.process_time() - cpu)


def main() -> None:
    """Print both rates."""
    args = parse_args()
    cv2.setNumThreads(1)
    for name, draw, count in (
        ('masks', fractal_crack, args.masks),
        ('photographs', crack_photograph, args.photographs),
    ):
        wall, cpu = per_second(draw, args.size, count)
        print(f'{name} {args.size}×{args.size}: {wall:.0f}/s (per second of CPU time: {cpu:.0f})')


if __name__ == '__main__':
    main()
