"""Write synthetic photographs of cracks with exact masks: OUT/images and OUT/masks.

With --surfaces, a folder of crack-free photographs, cracks are drawn on these alone.

    python tools/dataset_converters/synthetic.py work_dirs/synthetic --count 100 --seed 77
"""

import argparse
import dataclasses
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.synthesis import PhotographParams, write_photographs

_DEFAULT = PhotographParams()


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('out', type=Path, help='folder to write to')
    parser.add_argument('--count', type=int, default=100, help='photographs (default: 100)')
    parser.add_argument(
        '--size', type=int, nargs=2, default=(384, 544), metavar=('HEIGHT', 'WIDTH')
    )
    parser.add_argument('--seed', type=int, default=0, help='(default: 0)')
    parser.add_argument('--surfaces', help='folder of crack-free photographs')
    parser.add_argument(
        '--stones', type=float, default=0.0, help='share of cracks with stones in them (default: 0)'
    )
    parser.add_argument(
        '--drawn-width', type=int, default=0, help='least width of cracks in the masks, pixels'
    )
    parser.add_argument(
        '--contrast', type=float, nargs=2, default=_DEFAULT.contrast, metavar=('LOW', 'HIGH'),
        help='least and most darkening of cracks, of 1 (default: %(default)s)',
    )  # fmt: skip
    parser.add_argument(
        '--clear', type=float, default=_DEFAULT.clear,
        help="least darkening in deviations of the surface's grain (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        '--width', type=float, nargs=2, default=_DEFAULT.fractal.width, metavar=('LOW', 'HIGH'),
        help='width of the widest crack, pixels of an image of 288 (default: %(default)s)',
    )  # fmt: skip
    return parser.parse_args()


def main() -> None:
    """Draw."""
    args = parse_args()
    share = 1.0 if args.surfaces else _DEFAULT.background_share
    params = PhotographParams(
        background_share=share,
        stones=args.stones,
        drawn_width=args.drawn_width,
        contrast=tuple(args.contrast),
        clear=args.clear,
        fractal=dataclasses.replace(_DEFAULT.fractal, width=tuple(args.width)),
    )
    names = write_photographs(
        args.out, args.count, tuple(args.size), args.seed, params=params,
        backgrounds=args.surfaces,
    )  # fmt: skip
    print(f'{args.out}: {len(names)} photographs with masks')


if __name__ == '__main__':
    main()
