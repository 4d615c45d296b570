"""Show the photographs on which maps and masks agree least, a row each, the worst on top.

From left to right: photograph, probability map, and the photograph with what was found (green),
missed (blue) and found where there is none (red). Prints their scores. For example:

    python tools/analysis_tools/show_worst.py data/deepcrack/test_img predictions/maps \
        data/deepcrack/test_lab --out worst.png
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.datasets.pairs import Pair, report
from mmcrack.engine.image_listing import list_images
from mmcrack.evaluation.folders import count_pairs, find_map_pairs
from mmcrack.evaluation.map_files import read_map
from mmcrack.evaluation.reports import image_row
from mmcrack.utils.atomic_files import write_atomically

FOUND, MISSED, FALSE = (0, 200, 0), (255, 80, 0), (0, 0, 255)  # BGR
SHOWN = ('F1', 'precision', 'recall', 'best_F1', 'best_threshold')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('images', help='folder or glob pattern of photographs')
    parser.add_argument('pred_dir', type=Path, help='folder of the probability maps')
    parser.add_argument('mask_dir', type=Path, help='folder of the masks')
    parser.add_argument('--out', type=Path, required=True, help='picture to write: .png')
    parser.add_argument('--count', type=int, default=10, help='photographs (default: 10)')
    parser.add_argument('--width', type=int, default=400, help='of a picture (default: 400)')
    parser.add_argument('--mask-suffix', default='', metavar='TEXT', help='as of eval_maps.py')
    parser.add_argument('--exclude', nargs='+', default=(), metavar='PATTERN')
    return parser.parse_args()


def overlay(image: np.ndarray, prob: np.ndarray, label: np.ndarray) -> np.ndarray:
    """The photograph with what is right and wrong at 0.5; ignored pixels (−1) stay as they are."""
    shown = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    predicted = prob > 0.5
    shown[predicted & (label == 1)] = FOUND
    shown[~predicted & (label == 1)] = MISSED
    shown[predicted & (label == 0)] = FALSE
    return shown


def picture(pair: Pair, image: np.ndarray, text: str, width: int) -> np.ndarray:
    """A row: photograph, map, overlay, with a line of text.

    Raises:
        ValueError: the photograph has another size than its map.
    """
    prob = read_map(pair.image)
    if prob.shape != image.shape[:2]:
        raise ValueError(f'{pair.image}: {prob.shape}, its photograph is {image.shape[:2]}')
    label = label_from_mask(read_mask(pair.mask), pair.mask)
    gray = cv2.cvtColor(np.rint(prob * 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    size = (width, round(width * image.shape[0] / image.shape[1]))
    parts = (image, gray, overlay(image, prob, label))
    row = np.hstack([cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in parts])
    line = np.full((24, row.shape[1], 3), 255, np.uint8)
    cv2.putText(line, text, (6, 17), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1, cv2.LINE_AA)
    return np.vstack([line, row])


def main() -> None:
    """Score all, draw the worst."""
    args = parse_args()
    try:
        if args.out.suffix.lower() != '.png':
            raise ValueError(f'{args.out}: the suffix must be .png')
        photographs = list_images(args.images)
        found = find_map_pairs(
            args.pred_dir, args.mask_dir, mask_suffix=args.mask_suffix, exclude=args.exclude
        )
        if not found.pairs or found.lone:
            raise ValueError(f'maps without masks, or masks without maps:\n{report(found.lone)}')
        rows = [image_row(counts) for counts in count_pairs(found.pairs)]
        ranked = sorted(zip(rows, found.pairs, strict=True), key=lambda item: item[0]['F1'])
        pictures = []
        for row, pair in ranked[: args.count]:
            stem = pair.image.stem
            if stem not in photographs:
                raise ValueError(f'{args.images}: no photograph {stem}')
            text = f'{stem}: ' + ', '.join(f'{key} {row[key]:.4g}' for key in SHOWN)
            print(text)
            image = cv2.imread(str(photographs[stem]), cv2.IMREAD_COLOR)
            pictures.append(picture(pair, image, text, args.width))
    except (ValueError, FileNotFoundError) as error:
        sys.exit(f'{error}')
    width = max(part.shape[1] for part in pictures)
    padded = [np.pad(part, ((0, 0), (0, width - part.shape[1]), (0, 0))) for part in pictures]
    write_atomically(args.out, cv2.imencode('.png', np.vstack(padded))[1].tobytes())


if __name__ == '__main__':
    main()
