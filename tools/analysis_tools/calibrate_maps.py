"""Fit the calibration of a model from its probability maps and masks, and print it as a config.

Give as many pairs of folders as there are; every image with a crack has the same weight. Maps and
masks are what eval_maps.py reads; maps of 8 bits are too coarse. What is printed makes each
photograph's own threshold the 0.5 of tools/test.py --tta and mmcrack predict --tta
(mmcrack.ExpectedF1Threshold):

    python tools/predict.py CONFIG CHECKPOINT work_dirs/synthetic/images --map --bits 16 --tta \\
        --out maps --cfg-options tta_model.best_threshold=0.5
    python tools/analysis_tools/calibrate_maps.py maps/maps work_dirs/synthetic/masks
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.datasets.pairs import Pair, report
from mmcrack.evaluation import ScoreAccumulator, count_image, fit_calibration
from mmcrack.evaluation.folders import find_map_pairs
from mmcrack.evaluation.map_files import read_steps, steps_as_probabilities
from mmcrack.models.layers import ExpectedF1Threshold
from mmcrack.models.segmentors.probability import shifted


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'folders',
        type=Path,
        nargs='+',
        metavar='MAPS MASKS',
        help='folders of probability maps, each followed by that of their masks',
    )
    return parser.parse_args()


def cracked_pairs(maps: Path, masks: Path) -> list[Pair]:
    """The pairs whose mask holds a crack; raise ValueError where a file is alone."""
    found = find_map_pairs(maps, masks)
    if found.lone:
        raise ValueError(
            f'{len(found.lone)} files have no partner in {maps}, {masks}:\n{report(found.lone)}'
        )
    pairs = [pair for pair in found.pairs if _mask(pair).any()]
    if not pairs:
        raise ValueError(f'{masks}: no mask holds a crack')
    return pairs


def images(pairs: list[Pair]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Map and mask of each pair; raise ValueError where they do not fit each other."""
    for pair in pairs:
        prob, mask = _fine_map(pair.image), _mask(pair)
        if prob.shape != mask.shape:
            raise ValueError(f'{pair.image}: is of {prob.shape}, its mask of {mask.shape} pixels')
        yield prob, mask


def _fine_map(path: Path) -> np.ndarray:
    steps = read_steps(path)
    if steps.dtype in (bool, np.uint8):
        raise ValueError(
            f'{path}: of 8 bits, in which unlikely pixels, which are most, are 0; predict with '
            '--bits 16'
        )
    prob = steps_as_probabilities(steps)
    if not (prob.min() >= 0 and prob.max() <= 1):
        raise ValueError(f'{path}: has NaN or values outside [0, 1]')
    return prob


def _mask(pair: Pair) -> np.ndarray:
    return label_from_mask(read_mask(pair.mask), pair.mask) == 1


def own_thresholds(pairs: list[Pair], threshold: ExpectedF1Threshold) -> tuple[dict, dict]:
    """Scores of the maps as they are, and with each map's own threshold at 0.5."""
    totals = ScoreAccumulator(), ScoreAccumulator()
    for prob, mask in images(pairs):
        tensor = torch.from_numpy(prob)
        own = shifted(tensor, threshold(tensor).to(tensor)).numpy()
        for total, values in zip(totals, (prob, own), strict=True):
            total.add(count_image(values, mask, name='map'))
    return totals[0].scores('image'), totals[1].scores('image')


def main() -> None:
    """Fit, print the F1 of both ways to choose a threshold, and the config."""
    folders = parse_args().folders
    if len(folders) % 2:
        sys.exit(f'folders come in pairs, maps and masks; there are {len(folders)}')
    try:
        sets = {
            maps: cracked_pairs(maps, masks)
            for maps, masks in zip(folders[::2], folders[1::2], strict=True)
        }
        fit = fit_calibration(images([pair for pairs in sets.values() for pair in pairs]))
    except (ValueError, FileNotFoundError) as error:
        sys.exit(f'{error}')
    threshold = ExpectedF1Threshold(round(fit.slope, 3), round(fit.offset, 3))
    print('| maps | images | F1 at the best threshold of all | F1 at each its own | mIoU |')
    print('| --- | ---: | ---: | ---: | ---: |')
    for maps, pairs in sets.items():
        same, own = own_thresholds(pairs, threshold)
        print(
            f'| {maps} | {len(pairs)} | {same["ODS"]:.2f} at {same["ODS_threshold"]:.2f} '
            f'| {own["F1"]:.2f} | {own["mIoU"]:.2f} |'
        )
    print(
        "tta_model = dict(best_threshold=dict(type='mmcrack.ExpectedF1Threshold', "
        f'slope={threshold.slope}, offset={threshold.offset}))'
    )


if __name__ == '__main__':
    main()
