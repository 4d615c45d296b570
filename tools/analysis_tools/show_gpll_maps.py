"""Show what GPLL computes on the way to a label, a picture for each photograph.

From left to right: photograph, crack probability of patches, Grad-CAM++, localization (their
average above 0.5, eroded), threshold map, label, and the mask where there is one. For example:

    python tools/analysis_tools/show_gpll_maps.py configs/gpll/labels_small.py \
        --images 'data/deepcrack/train_img/1*.jpg' --masks data/deepcrack/train_lab --out maps
"""

import argparse
import dataclasses
import sys
from pathlib import Path

import cv2
import numpy as np
from mmcv.transforms import LoadImageFromFile
from mmengine.utils import track_iter_progress

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.datasets.masks import label_from_mask, read_mask
from mmcrack.datasets.pairs import MASK_SUFFIXES
from mmcrack.engine.cli import add_common_options, load_config
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.label_generation import Labeller
from mmcrack.pseudo_labels import GPLLPseudoLabel, gpll_maps

SHOWN = ('patches', 'activation', 'localization', 'threshold', 'label')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', help='config of a labeller with GPLLPseudoLabel')
    parser.add_argument('--images', required=True, help='folder or glob pattern of photographs')
    parser.add_argument('--masks', type=Path, help='folder of masks of the same names')
    parser.add_argument('--out', required=True, type=Path, help='folder of the pictures')
    parser.add_argument(
        '--separate', action='store_true', help='also write each map, OUT/<stem>/<map>.png'
    )
    parser.add_argument('--device', help="for the labeller's networks: cpu, cuda, cuda:1, …")
    add_common_options(parser)
    return parser.parse_args()


def split_pipeline(labeller: Labeller, config: str) -> tuple[list, GPLLPseudoLabel]:
    """The transforms before GPLL's, and that one."""
    for index, transform in enumerate(labeller.transforms):
        if isinstance(transform, GPLLPseudoLabel):
            return labeller.transforms[:index], transform
    sys.exit(f'{config}: no mmcrack.GPLLPseudoLabel in its label_pipeline')


def to_picture(values: np.ndarray) -> np.ndarray:
    """BGR uint8 of a map in [0, 1]."""
    return cv2.cvtColor(np.rint(values * 255).astype(np.uint8), cv2.COLOR_GRAY2BGR)


def read_label(folder: Path, stem: str) -> np.ndarray:
    """The mask of a photograph as a map."""
    files = [path for suffix in MASK_SUFFIXES if (path := folder / f'{stem}{suffix}').is_file()]
    if not files:
        raise FileNotFoundError(f'{folder / stem}: no mask ({", ".join(MASK_SUFFIXES)})')
    return label_from_mask(read_mask(files[0]), files[0])


def write(path: Path, picture: np.ndarray) -> None:
    """Write a PNG file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode('.png', picture)[1].tobytes())


def main() -> None:
    """Compute, draw, write."""
    args = parse_args()
    images = list_images(args.images)
    before, gpll = split_pipeline(Labeller(load_config(args), args.device), args.config)
    for stem in track_iter_progress(sorted(images), file=sys.stderr):
        results = {'img_path': str(images[stem])}
        for transform in before:
            results = transform(results)
        maps = gpll_maps(results['img'], gpll.classifier, gpll.settings)
        photograph = LoadImageFromFile()({'img_path': str(images[stem])})['img']
        row = [photograph, *(to_picture(getattr(maps, name)) for name in SHOWN)]
        if args.masks:
            row.append(to_picture(read_label(args.masks, stem)))
        write(args.out / f'{stem}.png', np.hstack(row))
        if args.separate:
            for name, values in dataclasses.asdict(maps).items():
                write(args.out / stem / f'{name}.png', np.rint(values * 255).astype(np.uint8))


if __name__ == '__main__':
    main()
