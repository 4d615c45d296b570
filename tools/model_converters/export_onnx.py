"""Export a segmentor as one ONNX graph, from image to crack probability, and check it.

Input ``image``: float32 (1, 3, H, W), BGR in [0, 255]; output ``probability``: (1, 1, H, W). The
data preprocessor's normalization and padding are inside; a test pipeline's resizing is not. The
result is compared with PyTorch's in onnxruntime, and kept only where the two agree.
"""

import argparse
import os
import sys
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.engine.cli import add_common_options, load_config
from mmcrack.prediction import load_segmentor
from mmcrack.prediction.loading import find_pipeline
from mmcrack.prediction.onnx_export import ProbabilityGraph, export_graph, largest_difference

_DEFAULT_SIDE = 512


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', help='config file of the model')
    parser.add_argument('checkpoint', help='its checkpoint; "none" for a model that trains nothing')
    parser.add_argument('--out', type=Path, required=True, help='the .onnx file')
    parser.add_argument(
        '--size',
        type=int,
        nargs=2,
        metavar=('H', 'W'),
        help='of the images (default: what the test pipeline resizes to, else 512 512)',
    )
    parser.add_argument(
        '--dynamic',
        action='store_true',
        help='images of any size, for convolutional networks; their sides must be multiples of '
        "the data preprocessor's size_divisor",
    )
    parser.add_argument(
        '--tolerance',
        type=float,
        default=1e-4,
        help='largest difference of a probability (default %(default)g)',
    )
    add_common_options(parser)
    return parser.parse_args()


def default_size(pipeline: list[dict]) -> tuple[int, int]:
    """Height and width that a test pipeline resizes images to."""
    for step in pipeline:
        if step['type'].split('.')[-1] == 'Resize' and not step.get('keep_ratio', False):
            width, height = step['scale']
            return height, width
    return _DEFAULT_SIDE, _DEFAULT_SIDE


def main() -> None:
    """Export, compare, keep."""
    args = parse_args()
    cfg = load_config(args)
    checkpoint = None if args.checkpoint == 'none' else args.checkpoint
    graph = ProbabilityGraph(load_segmentor(cfg, checkpoint), dynamic=args.dynamic).eval()
    height, width = args.size or default_size(find_pipeline(cfg))
    sizes = [(height, width)]
    if args.dynamic:  # also another size and another ratio
        sizes.append((height + 2 * graph.divisor, width + graph.divisor))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    part = args.out.with_name(f'.{args.out.name}.{os.getpid()}.partial')
    try:
        export_graph(graph, part, sizes[0])
        for size in sizes:
            difference = largest_difference(graph, part, size)
            print(f'{size[0]}×{size[1]}: largest difference from PyTorch {difference:.1e}')
            if not difference <= args.tolerance:
                sys.exit(f'{args.out}: not kept; the difference is above {args.tolerance:g}')
        part.replace(args.out)
    finally:
        part.unlink(missing_ok=True)
    print(f'{args.out}: {args.out.stat().st_size / 1e6:.1f} MB')


if __name__ == '__main__':
    main()
