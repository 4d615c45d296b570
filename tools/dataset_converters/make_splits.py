"""Write seeded train, val and test lists of a data set's pairs.

Each line names an image and its mask, relative to DATA_ROOT: lists for a data set's ann_file with
data_prefix=dict(img_path='', seg_map_path=''). The split depends on the seed and the names alone.
For example, the 100/100/337 split of DeepCrack:

    python tools/dataset_converters/make_splits.py data/deepcrack OUT --dataset deepcrack \
        --sizes 100 100 337 --seeds 0 1 2
"""

import argparse
import sys
from pathlib import Path

from mmcrack.datasets import (
    AELDataset,
    Bridge2025Dataset,
    CFDDataset,
    Crack500Dataset,
    CrackDataset,
    DeepCrackDataset,
)
from mmcrack.datasets.conversion_cli import part_argument
from mmcrack.datasets.pairs import find_pairs, report
from mmcrack.datasets.splits import split_names, write_split

DATASETS = dict(
    ael=AELDataset,
    bridge2025=Bridge2025Dataset,
    cfd=CFDDataset,
    crack500=Crack500Dataset,
    deepcrack=DeepCrackDataset,
    other=CrackDataset,
)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('data_root', type=Path, metavar='DATA_ROOT')
    parser.add_argument('out', metavar='OUT', help='lists go to OUT_seedN/{train,val,test}.txt')
    parser.add_argument('--dataset', choices=DATASETS, default='other', help='how files are named')
    parser.add_argument(
        '--part',
        action='append',
        type=part_argument,
        metavar='NAME=IMAGES:MASKS',
        help="image and mask folders, where they differ from the data set's; may be repeated",
    )
    parser.add_argument(
        '--sizes',
        nargs='+',
        type=int,
        required=True,
        metavar='N',
        help='of train, val and test; without the third, test is the rest',
    )
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1, 2])
    args = parser.parse_args()
    if not 2 <= len(args.sizes) <= 3:
        parser.error('--sizes takes two numbers, or three')
    if not args.part and not DATASETS[args.dataset].PARTS:
        parser.error('--part is required with --dataset other')
    return args


def pair_lines(args: argparse.Namespace) -> list[str]:
    """``image mask`` of every pair, relative to the data root."""
    dataset = DATASETS[args.dataset]
    lines, lone = [], []
    for images, masks in dict(args.part or dataset.PARTS).values():
        found = find_pairs(args.data_root / images, args.data_root / masks, dataset.pair_rules())
        lone += found.lone
        lines += [
            ' '.join(path.relative_to(args.data_root).as_posix() for path in pair[:2])
            for pair in found.pairs
        ]
    if lone:
        raise ValueError(report(lone))
    return lines


def main() -> None:
    """Write the lists of all seeds."""
    args = parse_args()
    sizes = dict(zip(('train', 'val', 'test'), [*args.sizes, None], strict=False))
    try:
        lines = pair_lines(args)
        splits = {seed: split_names(lines, sizes, seed) for seed in args.seeds}
    except (FileNotFoundError, ValueError) as error:
        sys.exit(f'{error}\nNothing was written.')
    for seed, parts in splits.items():
        folder = Path(f'{args.out}_seed{seed}')
        write_split(folder, parts)
        print(f'{folder}: ' + ', '.join(f'{part} {len(names)}' for part, names in parts.items()))


if __name__ == '__main__':
    main()
