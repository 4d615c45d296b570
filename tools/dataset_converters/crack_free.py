"""Cut the largest crack-free part out of each photograph, by labels of a cautious labeller.

No mask is needed: dark ridges, for instance, of which even the uncertain ones are avoided. The
parts are surfaces for synthetic cracks, and what methods that learn from sound surfaces train on.

    python tools/generate_pseudo_labels.py configs/annotation_free/labels_dark_ridge.py \\
        --images data/deepcrack/train_img --out work_dirs/pseudo_labels/dark_ridge_deepcrack
    python tools/dataset_converters/crack_free.py data/deepcrack/train_img \\
        work_dirs/pseudo_labels/dark_ridge_deepcrack work_dirs/crack_free/deepcrack
"""

import argparse
from pathlib import Path

from mmengine.utils import track_iter_progress

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.datasets.crack_free import write_crack_free
from mmcrack.datasets.pairs import find_pairs


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('images', type=Path, help='folder of photographs')
    parser.add_argument('labels', type=Path, help='folder of their soft labels')
    parser.add_argument('out', type=Path, help='folder to write to')
    parser.add_argument(
        '--threshold', type=float, default=0.1, help='label value of a suspect (default: 0.1)'
    )
    parser.add_argument(
        '--margin', type=int, default=6, help='pixels around a suspect to avoid (default: 6)'
    )
    parser.add_argument(
        '--least', type=int, default=128, help='least height and width, pixels (default: 128)'
    )
    return parser.parse_args()


def main() -> None:
    """Cut."""
    args = parse_args()
    pairs = find_pairs(args.images, args.labels).pairs
    crops = write_crack_free(
        pairs, args.out, threshold=args.threshold, margin=args.margin, least=args.least
    )
    written = sum(crop is not None for crop in track_iter_progress((crops, len(pairs))))
    print(f'\n{args.out}: crack-free parts of {written} of {len(pairs)} photographs')


if __name__ == '__main__':
    main()
