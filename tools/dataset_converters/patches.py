"""Cut patches with yes/no labels from photographs with masks, for training a patch classifier.

Writes PART/Positive and PART/Negative, which CrackPatchDataset reads, with a PNG file for each
patch; a patch is positive where its mask has a crack pixel. Everything is checked first. For
example, DeepCrack's official split:

    python tools/dataset_converters/patches.py data/deepcrack data/patches/deepcrack \
        --dataset deepcrack
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
from mmcrack.datasets.conversion import MaskValues, require_free
from mmcrack.datasets.conversion_cli import part_argument
from mmcrack.datasets.pairs import Pair, read_pair_list, report
from mmcrack.datasets.patch_cutting import FOLDERS, PatchGrid, plan_patches, write_patches

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
    parser.add_argument('source', type=Path, help='folder of the data set')
    parser.add_argument('out', type=Path, help='folder to make: PART/Positive, PART/Negative')
    parser.add_argument('--dataset', choices=DATASETS, default='other', help='how files are named')
    parser.add_argument('--size', type=int, default=128, help='side of a patch (default: 128)')
    parser.add_argument(
        '--stride', type=int, default=64, help='distance of neighboring patches (default: 64)'
    )
    parser.add_argument(
        '--part',
        action='append',
        type=part_argument,
        metavar='NAME=IMAGES:MASKS',
        help="a part and its folders, where they differ from the data set's; may be repeated",
    )
    parser.add_argument(
        '--list',
        type=Path,
        metavar='FILE',
        help='take only the photographs that this list of make_splits.py names',
    )
    parser.add_argument(
        '--exclude', nargs='+', default=(), metavar='PATTERN', help='names to leave out, as 042'
    )
    parser.add_argument(
        '--threshold',
        type=float,
        help='make masks with other values than 0 and 255 hard: crack where value/255 exceeds it',
    )
    parser.add_argument(
        '--only',
        choices=FOLDERS.values(),
        help='write these patches alone, as Negative for methods that learn from sound surfaces',
    )
    parser.add_argument(
        '--skip-unpaired', action='store_true', help='leave out files without a partner'
    )
    parser.add_argument('--dry-run', action='store_true', help='check everything, write nothing')
    parser.add_argument('--show', type=int, default=20, help='problems to list (default: 20)')
    args = parser.parse_args()
    if not args.part and not DATASETS[args.dataset].PARTS:
        parser.error('--part is required with --dataset other')
    return args


def listed(pairs: dict[str, list[Pair]], source: Path, file: Path) -> dict[str, list[Pair]]:
    """The pairs that a list names; raises ValueError where it names what is not there."""
    found = read_pair_list(file, source, None)
    if found.lone:
        raise ValueError(report(found.lone))
    wanted = {pair.image for pair in found.pairs}
    return {
        part: [pair for pair in members if pair.image in wanted] for part, members in pairs.items()
    }


def main() -> None:
    """Check, cut, count."""
    args = parse_args()
    dataset, grid = DATASETS[args.dataset], PatchGrid(args.size, args.stride)
    values = MaskValues(args.threshold, dataset.INVERTED)
    try:
        require_free(args.out)
        pairs, lone = plan_patches(
            args.source,
            dict(args.part or dataset.PARTS),
            dataset.pair_rules(exclude=(*dataset.EXCLUDE, *args.exclude)),
            grid,
            values=values,
            skip_unpaired=args.skip_unpaired,
            shown=args.show,
        )
        if args.list:
            pairs = listed(pairs, args.source, args.list)
    except (ValueError, FileExistsError, FileNotFoundError) as error:
        sys.exit(f'{error}\nNothing was written.')
    if lone:
        print(f'{len(lone)} files left out:\n{report(lone, args.show)}')
    if args.dry_run:
        print('; '.join(f'{part}: {len(members)} images' for part, members in pairs.items()))
        return
    for part, counts in write_patches(args.out, pairs, grid, values, only=args.only).items():
        numbers = ', '.join(f'{count} in {folder}' for folder, count in counts.items())
        print(f'{args.out / part}: {numbers}')


if __name__ == '__main__':
    main()
