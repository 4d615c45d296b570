"""Compare a folder of probability maps, made anywhere, with a folder of masks.

Maps: gray images of 8 or 16 bits (value / 255 or / 65535) or .npy files of floats in [0, 1].
Masks: images of 0 and 255 (or 0 and 1), or CFD's .mat files. They are paired by their paths below
the folders, without suffix. Labels are maps too, so this is also how label quality is measured.
"""

import argparse
import json
import sys
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.datasets.pairs import Pairing, report
from mmcrack.evaluation import ImageCounts, ScoreAccumulator
from mmcrack.evaluation.folders import count_pairs, find_map_pairs
from mmcrack.evaluation.reports import (
    check_report_path,
    image_row,
    scores_table,
    write_curve,
    write_image_rows,
)
from mmcrack.evaluation.scores import check_tolerance
from mmcrack.utils.atomic_files import write_atomically


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('pred_dir', type=Path, help='folder of the probability maps')
    parser.add_argument('mask_dir', type=Path, help='folder of the masks')
    parser.add_argument(
        '--protocol',
        choices=['image', 'dataset', 'both'],
        default='image',
        help='ODS and OIS from the F1 of each image, or from counts summed over the images '
        '(default: image)',
    )
    parser.add_argument(
        '--tolerance',
        type=float,
        default=0,
        help='distance in pixels up to which predicted and true pixels match (default: 0)',
    )
    parser.add_argument('--csv', metavar='FILE', help='write a row per image to this .csv file')
    parser.add_argument(
        '--curve', metavar='FILE', help='write precision and recall at all thresholds: .csv, .json'
    )
    parser.add_argument('--json', metavar='FILE', help='write the scores to this .json file')
    parser.add_argument(
        '--mask-suffix',
        default='',
        metavar='TEXT',
        help='ending of the mask names that the map names lack, as _mask',
    )
    parser.add_argument(
        '--mask-threshold',
        type=float,
        help='for masks with other values than 0 and 255: crack where value/255 exceeds this',
    )
    parser.add_argument('--invert-masks', action='store_true', help='cracks are dark on white')
    parser.add_argument(
        '--ignore-value', type=int, help='mask value of pixels that count nowhere (default: none)'
    )
    parser.add_argument(
        '--exclude', nargs='+', default=(), metavar='PATTERN', help='names to leave out, as 042'
    )
    parser.add_argument(
        '--skip-unpaired', action='store_true', help='leave out files without a partner'
    )
    parser.add_argument(
        '--cracked',
        action='store_true',
        help='only images whose mask holds a crack: any other counts 1 or 0, as its map is empty '
        'or not',
    )
    parser.add_argument('--workers', type=int, default=1, help='number of processes (default: 1)')
    return parser.parse_args()


def check_arguments(args: argparse.Namespace) -> None:
    """Raise ValueError where an argument is out of range, before anything is read."""
    check_tolerance(args.tolerance)
    check_report_path(args.csv, ('.csv',))
    check_report_path(args.curve, ('.csv', '.json'))
    check_report_path(args.json, ('.json',))
    if args.workers < 1:
        raise ValueError(f'--workers must be at least 1, got {args.workers}')


def paired(args: argparse.Namespace) -> Pairing:
    """Find the pairs; raise ValueError where files are alone or there are none."""
    found = find_map_pairs(
        args.pred_dir, args.mask_dir, mask_suffix=args.mask_suffix, exclude=args.exclude
    )
    if not found.pairs:
        raise ValueError(
            f'{args.pred_dir}, {args.mask_dir}: no map has the name of a mask\n{report(found.lone)}'
        )
    if found.lone and not args.skip_unpaired:
        raise ValueError(
            f'{len(found.lone)} files have no partner; --skip-unpaired leaves them out:\n'
            f'{report(found.lone)}'
        )
    return found


def only_cracked(images: list[ImageCounts], mask_dir: Path) -> list[ImageCounts]:
    """The images with crack pixels; raise ValueError where there is none."""
    cracked = [image for image in images if image.thresholds.true]
    if not cracked:
        raise ValueError(f'{mask_dir}: no mask holds a crack')
    return cracked


def write_reports(
    args: argparse.Namespace, images: list[ImageCounts], total: ScoreAccumulator, record: dict
) -> None:
    """Write the files that were asked for."""
    if args.csv:
        write_image_rows(Path(args.csv), map(image_row, images))
    if args.curve:
        write_curve(Path(args.curve), total.curve(), args.tolerance)
    if args.json:
        write_atomically(Path(args.json), (json.dumps(record, indent=2) + '\n').encode())


def main() -> None:
    """Evaluate, print a table, write the reports."""
    args = parse_args()
    try:
        check_arguments(args)
        found = paired(args)
        counted = count_pairs(
            found.pairs,
            workers=args.workers,
            tolerance=args.tolerance,
            threshold=args.mask_threshold,
            invert=args.invert_masks,
            ignore_value=args.ignore_value,
        )
        images = only_cracked(counted, args.mask_dir) if args.cracked else counted
    except (ValueError, FileNotFoundError) as error:
        sys.exit(f'{error}')
    crack_free = len(counted) - len(images)
    if crack_free:
        print(f'{crack_free} images without a crack left out')
    total = ScoreAccumulator()
    for image in images:
        total.add(image)
    protocols = ('image', 'dataset') if args.protocol == 'both' else (args.protocol,)
    scores = {protocol: total.scores(protocol) for protocol in protocols}
    if found.lone:
        print(f'{len(found.lone)} files left out:\n{report(found.lone)}')
    print(scores_table(scores, args.tolerance, total.images))
    record = dict(
        pred_dir=str(args.pred_dir),
        mask_dir=str(args.mask_dir),
        images=total.images,
        left_out=found.lone,
        crack_free_left_out=crack_free,
        tolerance=args.tolerance,
        scores=scores,
    )
    write_reports(args, images, total, record)


if __name__ == '__main__':
    main()
