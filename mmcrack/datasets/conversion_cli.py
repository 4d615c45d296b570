"""The command line that all converters share."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from mmcrack.datasets.conversion import ConversionError, convert
from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.datasets.pairs import report


def part_argument(text: str) -> tuple[str, tuple[str, str]]:
    """Parse ``NAME=IMAGES:MASKS``."""
    name, equals, folders = text.partition('=')
    images, colon, masks = folders.partition(':')
    if not (name and equals and images and colon and masks):
        raise argparse.ArgumentTypeError(f'{text!r} is not NAME=IMAGES:MASKS')
    return name, (images, masks)


def _parser(dataset: type[CrackDataset], description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = ', '.join(f'{name}={i}:{m}' for name, (i, m) in dataset.PARTS.items())
    parser.add_argument('source', type=Path, help='folder of the extracted data set')
    parser.add_argument('out', type=Path, help='folder to make: PART/images and PART/masks')
    parser.add_argument(
        '--part',
        action='append',
        type=part_argument,
        metavar='NAME=IMAGES:MASKS',
        help=f'a part and its folders, where they differ from {default}; may be repeated',
    )
    parser.add_argument(
        '--exclude', nargs='+', default=(), metavar='PATTERN', help='names to leave out, as 042'
    )
    parser.add_argument(
        '--threshold',
        type=float,
        help='make masks with values other than 0 and 255 hard: crack where value/255 exceeds it',
    )
    parser.add_argument(
        '--skip-unpaired', action='store_true', help='leave out files without a partner'
    )
    parser.add_argument('--dry-run', action='store_true', help='check everything, write nothing')
    parser.add_argument('--show', type=int, default=20, help='problems to list (default: 20)')
    return parser


def main(
    dataset: type[CrackDataset], description: str, arguments: Sequence[str] | None = None
) -> None:
    """Run a converter; problems go to standard error, with exit status 1.

    Args:
        dataset: Class of the data set.
        description: What ``--help`` says.
        arguments: The command line; default: the process's.
    """
    args = _parser(dataset, description).parse_args(arguments)
    try:
        counts, lone = convert(
            dataset,
            args.source,
            args.out,
            parts=dict(args.part) if args.part else None,
            exclude=tuple(args.exclude),
            threshold=args.threshold,
            skip_unpaired=args.skip_unpaired,
            dry_run=args.dry_run,
            shown=args.show,
        )
    except (ConversionError, FileExistsError) as error:
        sys.exit(f'{error}\nNothing was written.')
    if lone:
        print(f'{len(lone)} files left out:\n{report(lone, args.show)}')
    done = ', '.join(f'{count} pairs of {part}' for part, count in counts.items())
    print(f'{done} checked; nothing written' if args.dry_run else f'{done} written to {args.out}')
