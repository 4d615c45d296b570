"""Measures the dense CRF and the random walk of GPLL's rivals on photographs with masks.

The CRF starts from the widened and blurred mask. Where ``pydensecrf`` is installed (it is not
required; ``pip install pydensecrf2`` compiles it), its labels are compared with ours. Times are the
shortest of several runs, in CPU seconds.
"""

import argparse

import cv2
import numpy as np
from timing import shortest

from mmcrack.pseudo_labels.dense_crf import dense_crf
from mmcrack.pseudo_labels.random_walk import affinity_random_walk

try:
    from pydensecrf import densecrf
except ImportError:
    densecrf = None

SETTINGS = [
    dict(gaussian_sxy=3, gaussian_compat=3, bilateral_sxy=80, bilateral_srgb=13, bilateral_compat=c)
    for c in (10, 4)
]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('pairs', nargs='+', help='IMAGE MASK [IMAGE MASK ...]')
    parser.add_argument('--runs', type=int, default=3, help='runs of each (default: 3)')
    args = parser.parse_args()
    if len(args.pairs) % 2:
        parser.error('each image needs its mask')
    return args


def read(path: str, flags: int) -> np.ndarray:
    """An image file."""
    image = cv2.imread(path, flags)
    if image is None:
        raise FileNotFoundError(f'{path} is missing or no image')
    return image


def coarse_map(mask: np.ndarray) -> np.ndarray:
    """A map as coarse as a class activation map."""
    wide = cv2.dilate((mask > 127).astype(np.float32), np.ones((15, 15)))
    return np.clip(cv2.GaussianBlur(wide, (0, 0), 8), 0.02, 0.98)


def authors_program(
    probability: np.ndarray,
    image: np.ndarray,
    *,
    gaussian_sxy: float,
    gaussian_compat: float,
    bilateral_sxy: float,
    bilateral_srgb: float,
    bilateral_compat: float,
) -> np.ndarray:
    """The same by pydensecrf."""
    height, width = probability.shape
    crf = densecrf.DenseCRF2D(width, height, 2)
    classes = np.stack([1 - probability, probability]).reshape(2, -1)
    crf.setUnaryEnergy(np.ascontiguousarray(-np.log(classes), np.float32))
    crf.addPairwiseGaussian(sxy=gaussian_sxy, compat=gaussian_compat)
    crf.addPairwiseBilateral(
        sxy=bilateral_sxy, srgb=bilateral_srgb, rgbim=image, compat=bilateral_compat
    )
    return np.array(crf.inference(5))[1].reshape(height, width)


def main() -> None:
    """Measure, compare, print."""
    args = parse_args()
    cv2.setNumThreads(1)
    for path, mask in zip(args.pairs[::2], args.pairs[1::2], strict=True):
        image, probability = read(path, cv2.IMREAD_COLOR), coarse_map(read(mask, 0))
        print(f'{path}, {image.shape[0]}×{image.shape[1]}')
        for settings in SETTINGS:
            ways = {'CRF': dense_crf, 'pydensecrf': authors_program}
            results = {}
            for name, way in ways.items() if densecrf else [('CRF', dense_crf)]:
                results[name] = way(probability, image, **settings)
                seconds = shortest(lambda: way(probability, image, **settings), args.runs)  # noqa: B023
                crack = (results[name] > 0.5).mean()
                compat = settings['bilateral_compat']
                print(f'  {name}, w_b = {compat}: {seconds:.2f} s, {crack:.2%} crack')
            if densecrf:
                ours, theirs = (result > 0.5 for result in results.values())
                print(f'  other label: {(ours != theirs).mean():.3%} of the pixels')
        seconds = shortest(lambda: affinity_random_walk(probability, image), args.runs)  # noqa: B023
        print(f'  random walk: {seconds:.2f} s')


if __name__ == '__main__':
    main()
