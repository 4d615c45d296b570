"""Measures the one-pass evaluation against a loop over the 99 thresholds, in one process.

Three loops: the published evaluation scripts' way (8-bit files, rescaled at each threshold); the
same on a map prepared once; and one that only counts true positives and predicted pixels. Each time
is the shortest of several runs on one image.
"""

import argparse

import cv2
import numpy as np
from timing import shortest

from mmcrack.evaluation import count_at_thresholds, evaluate_maps
from mmcrack.evaluation.scores import average_precision, best_threshold, f1
from mmcrack.synthesis import fractal_crack

THRESHOLDS = [np.float32(k / 100) for k in range(1, 100)]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--size', type=int, nargs=2, default=(544, 384), metavar=('HEIGHT', 'WIDTH')
    )
    parser.add_argument('--runs', type=int, default=10, help='runs of each way (default: 10)')
    return parser.parse_args()


def example(size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """A map with values at all thresholds and a crack mask, as files have them: uint8."""
    mask = fractal_crack(size, 0)
    noise = np.random.default_rng(0).integers(0, 77, size)
    return (0.7 * cv2.GaussianBlur(mask, (0, 0), 2) + noise).astype(np.uint8), mask


def published_loop(gray: np.ndarray, mask: np.ndarray) -> float:
    """ODS of one image as the published scripts have it: 8-bit files, rescaled each time."""
    return max(
        summed_f1((gray / 255 > k / 100).astype(np.uint8), (mask / 255).astype(np.uint8))
        for k in range(1, 100)
    )


def plain_loop(prob: np.ndarray, truth: np.ndarray) -> float:
    """ODS of one image: a comparison and three sums at each threshold."""
    return max(summed_f1((prob > t).astype(np.uint8), truth) for t in THRESHOLDS)


def summed_f1(pred: np.ndarray, truth: np.ndarray) -> float:
    """F1 of two arrays of 0 and 1, from sums over TP, FP and FN."""
    tp = np.sum((pred == 1) & (truth == 1))
    fp = np.sum((pred == 1) & (truth == 0))
    fn = np.sum((pred == 0) & (truth == 1))
    return 2 * tp / max(2 * tp + fp + fn, 1)


def lean_loop(prob: np.ndarray, mask: np.ndarray) -> float:
    """ODS of one image: a comparison and two counts at each threshold."""
    best, true = 0.0, np.count_nonzero(mask)
    for threshold in THRESHOLDS:
        pred = prob > threshold
        tp = np.count_nonzero(pred & mask)
        best = max(best, 2 * tp / max(np.count_nonzero(pred) + true, 1))
    return best


def one_pass(prob: np.ndarray, mask: np.ndarray) -> float:
    """ODS of one image; AP and F1 at 0.5 cost nothing more."""
    counts = count_at_thresholds(prob, mask)
    scores = f1(counts)
    average_precision(counts)
    return scores[best_threshold(scores)]


def main() -> None:
    """Check that the ways agree, then print times and ratios."""
    args = parse_args()
    cv2.setNumThreads(1)
    gray, mask = example(tuple(args.size))
    prob, crack = gray / np.float32(255), mask > 0
    truth = crack.astype(np.uint8)
    ways = {
        'loop, published scripts': lambda: published_loop(gray, mask),
        'loop, three sums': lambda: plain_loop(prob, truth),
        'loop, two counts': lambda: lean_loop(prob, crack),
        'one pass: ODS, OIS, AP, F1': lambda: one_pass(prob, crack),
        'evaluate_maps, with clDice': lambda: evaluate_maps([prob], [crack])['ODS'] / 100,
    }
    results = {name: way() for name, way in ways.items()}
    if not np.allclose(list(results.values()), results['loop, two counts'], rtol=1e-12, atol=0):
        raise RuntimeError(f'the ways disagree: {results}')
    times = {name: 1000 * shortest(way, args.runs) for name, way in ways.items()}
    loops = list(times)[:3]
    print(
        f'{args.size[0]}×{args.size[1]}, one thread; ms, and how many times faster than each loop'
    )
    for name, milliseconds in times.items():
        ratios = ''.join(f'{times[loop] / milliseconds:9.1f}' for loop in loops)
        print(f'{name:28}{milliseconds:9.2f} ms{ratios}')


if __name__ == '__main__':
    main()
