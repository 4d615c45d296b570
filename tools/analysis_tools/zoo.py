"""Run a method over data sets and add or refresh its rows in docs/benchmarks/zoo.md.

A config of a network is trained (with its prerequisites), then tested; one with a label_pipeline
labels the photographs of the test configs. Interrupted, the same command goes on.

    python tools/analysis_tools/zoo.py configs/annotation_free/unet_deepcrack_round1.py
    python tools/analysis_tools/zoo.py configs/annotation_free/unet_deepcrack_round1.py \\
        --test-configs configs/annotation_free/unet_deepcrack_round1_cfd.py \\
        --checkpoint work_dirs/unet_deepcrack_round1/iter_3000.pth
    python tools/analysis_tools/zoo.py configs/opencv_baseline/labels.py \\
        --test-configs configs/_base_/datasets/deepcrack.py configs/_base_/datasets/cfd.py
    python tools/analysis_tools/zoo.py configs/annotation_free/unet_deepcrack_round2.py --tta
    python tools/analysis_tools/zoo.py configs/riad/riad_deepcrack_small.py --untrained
    python tools/analysis_tools/zoo.py --page-only
"""

import argparse
import sys
from pathlib import Path

from mmengine.logging import MMLogger

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.utils.atomic_files import write_atomically
from mmcrack.zoo import Request, measure, measure_untrained, page_text, read_rows

TRAIN = Path(__file__).parents[1] / 'train.py'


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'config', nargs='?', metavar='CONFIG', help='config of a network or a labeller'
    )
    parser.add_argument(
        '--test-configs',
        nargs='+',
        default=(),
        metavar='CONFIG',
        help='a row for each: for a network configs that inherit from CONFIG, for a labeller any '
        'with a test_dataloader (default: CONFIG itself)',
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument('--checkpoint', metavar='FILE', help='test this one, train nothing')
    which.add_argument(
        '--untrained',
        action='store_true',
        help='add to rows that are there what the network scores before its first step',
    )
    parser.add_argument(
        '--tta', action='store_true', help='test with test-time augmentation, as a row of its own'
    )
    parser.add_argument(
        '--work-dir', type=Path, help='folder of the training (default: work_dirs/CONFIG)'
    )
    parser.add_argument(
        '--page',
        type=Path,
        default=Path('docs/benchmarks/zoo.md'),
        metavar='FILE',
        help='the page; its rows are in the folder of that name (default: %(default)s)',
    )
    parser.add_argument(
        '--page-only', action='store_true', help='make the page anew from its rows, measure nothing'
    )
    args = parser.parse_args()
    if (args.config is None) != args.page_only:
        parser.error('give a CONFIG, or --page-only')
    if args.untrained and args.tta:
        parser.error('--untrained goes without --tta')
    return args


def main() -> None:
    """Measure what is asked for, then write the page."""
    args = parse_args()
    MMLogger.get_current_instance().setLevel('WARNING')  # configs announce each use of a variable
    rows = args.page.with_suffix('')
    try:
        if not args.page_only:
            request = Request(
                config=args.config,
                test_configs=tuple(args.test_configs),
                checkpoint=args.checkpoint,
                augmented=args.tta,
                work_dir=args.work_dir,
                train_script=TRAIN,
                rows=rows,
            )
            for row in measure_untrained(request) if args.untrained else measure(request):
                figures = row.untrained if args.untrained else row.figures
                print(f'{rows / row.file_name}: F1 {figures["F1"]:.2f}', flush=True)
        write_atomically(args.page, page_text(read_rows(rows)))
    except (ValueError, KeyError, OSError, RuntimeError) as error:
        sys.exit(str(error.args[0] if isinstance(error, KeyError) else error))
    print(args.page)


if __name__ == '__main__':
    main()
