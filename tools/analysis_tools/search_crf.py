"""Search the CRF parameters of CAMCRFPseudoLabel on masked photographs, as Dong et al. do.

Every combination of the given values labels the same photographs, drawn by a seed; the best mean
IoU of crack and background wins. What is found so has seen masks, and a table has to say so. For
example:

    python tools/analysis_tools/search_crf.py configs/gpll/labels_cam-crf_small.py \
        --images data/deepcrack/train_img --masks data/deepcrack/train_lab \
        --grid seed_threshold=0.1,0.2,0.3 bilateral_srgb=3,5,10 bilateral_compat=4,10
"""

import argparse
import copy
import itertools
import sys
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import cv2
from mmengine.utils import track_iter_progress

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.datasets.pairs import Pair, find_pairs
from mmcrack.datasets.splits import seeded_order
from mmcrack.engine.cli import add_common_options, load_config
from mmcrack.engine.label_generation import Labeller
from mmcrack.evaluation import ScoreAccumulator, count_image
from mmcrack.pseudo_labels import CAMCRFPseudoLabel, CAMPseudoLabel, dense_crf

OWN_SETTINGS = ('seed_threshold', 'confidence')


def grid_argument(text: str) -> tuple[str, list[float]]:
    """Parse ``NAME=VALUE,VALUE,…``."""
    name, _, values = text.partition('=')
    try:
        return name, [float(value) for value in values.split(',')]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'{text!r} is not NAME=NUMBER,NUMBER,…') from error


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', help='config of a labeller with CAMCRFPseudoLabel')
    parser.add_argument('--images', required=True, type=Path, help='folder of photographs')
    parser.add_argument('--masks', required=True, type=Path, help='folder of their masks')
    parser.add_argument(
        '--grid',
        nargs='+',
        required=True,
        type=grid_argument,
        metavar='NAME=VALUES',
        help="values of the labeller's seed_threshold and confidence, and of dense_crf's "
        "arguments; others are the config's",
    )
    parser.add_argument('--count', type=int, default=100, help='photographs (default: 100)')
    parser.add_argument('--seed', type=int, default=0, help='of their choice (default: 0)')
    parser.add_argument('--device', help="for the labeller's networks: cpu, cuda, cuda:1, …")
    add_common_options(parser)
    return parser.parse_args()


def chosen_pairs(args: argparse.Namespace) -> list[Pair]:
    """``count`` of the pairs, by the seed."""
    pairs = {pair.name: pair for pair in find_pairs(args.images, args.masks).pairs}
    if len(pairs) < args.count:
        raise ValueError(f'{args.images}: {len(pairs)} photographs with masks, not {args.count}')
    return [pairs[name] for name in seeded_order(pairs, args.seed)[: args.count]]


def combinations(grid: list[tuple[str, list[float]]]) -> Iterator[dict[str, float]]:
    """Every choice of one value for each name."""
    names = [name for name, _ in grid]
    for values in itertools.product(*(values for _, values in grid)):
        yield dict(zip(names, values, strict=True))


def variant(labeller: CAMCRFPseudoLabel, choice: dict[str, float]) -> CAMCRFPseudoLabel:
    """The labeller with other settings; raises TypeError where there is no such setting."""
    other = copy.copy(labeller)
    own = {name: value for name, value in choice.items() if name in OWN_SETTINGS}
    for name, value in own.items():
        setattr(other, name, value)
    other.crf = {**labeller.crf, **{name: choice[name] for name in choice.keys() - own}}
    signature(dense_crf).bind(None, None, **other.crf)
    return other


def search(labeller: CAMCRFPseudoLabel, pairs: list[Pair], grid: list) -> list[tuple[dict, dict]]:
    """(setting, scores) of every combination."""
    choices = list(combinations(grid))
    variants = [variant(labeller, choice) for choice in choices]
    totals = [ScoreAccumulator() for _ in choices]
    for pair in track_iter_progress(pairs, file=sys.stderr):
        image = cv2.imread(str(pair.image))
        crack = label_from_mask(read_mask(pair.mask), pair.mask) == 1
        activation = CAMPseudoLabel.label(labeller, image)
        for other, total in zip(variants, totals, strict=True):
            hard = other.harden(other.refine(activation, image))
            total.add(count_image(hard, crack, name=str(pair.image)))
    scores = [total.scores('image') for total in totals]
    return list(zip(choices, scores, strict=True))


def main() -> None:
    """Search, and print all combinations, the best first."""
    args = parse_args()
    pairs = chosen_pairs(args)
    labellers = Labeller(load_config(args), args.device).transforms
    labeller = next((step for step in labellers if isinstance(step, CAMCRFPseudoLabel)), None)
    if labeller is None:
        sys.exit(f'{args.config}: no mmcrack.CAMCRFPseudoLabel in its label_pipeline')
    results = search(labeller, pairs, args.grid)
    results.sort(key=lambda result: -result[1]['mIoU_2class'])
    print(f'{len(pairs)} photographs of {args.images}, seed {args.seed}')
    for setting, scores in results:
        values = ' '.join(f'{name}={value:g}' for name, value in setting.items())
        print(f'mIoU_2class {scores["mIoU_2class"]:5.2f}  F1 {scores["F1"]:5.2f}  {values}')


if __name__ == '__main__':
    main()
