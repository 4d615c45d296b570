"""Label a folder of photographs with a labeller: soft 8-bit PNGs, one for each.

What an earlier, perhaps interrupted run of the same config wrote is kept. Models that the labeller
needs are trained first where they are missing (the config's prerequisites).
"""

import argparse

from mmengine.dist import get_rank

from mmcrack.engine.cli import add_common_options, load_config
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.label_generation import generate_labels
from mmcrack.engine.prerequisites_option import add_prerequisites_option, make_prerequisites

GOES_ON = 'the same command goes on where it stopped'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument('config', help='config file path; its label_pipeline is the labeller')
    parser.add_argument('--images', required=True, help='folder or glob pattern of photographs')
    parser.add_argument('--out', required=True, help='folder of the labels, <image stem>.png')
    parser.add_argument(
        '--recursive', action='store_true', help='also label the folders below --images'
    )
    parser.add_argument(
        '--ann-file',
        metavar='FILE',
        help='label only what this list names, a path below --images a line',
    )
    parser.add_argument(
        '--overwrite',
        action='store_true',
        help='replace labels that another config, or nobody known, made',
    )
    parser.add_argument(
        '--strict', action='store_true', help='fail where a photograph is unreadable, at the end'
    )
    parser.add_argument('--device', help="for the labeller's networks: cpu, cuda, cuda:1, …")
    add_prerequisites_option(parser)
    add_common_options(parser)


def run(args: argparse.Namespace) -> None:
    """Make what is missing, then label."""
    cfg = load_config(args)
    images = list_images(args.images, recursive=args.recursive, ann_file=args.ann_file)
    own_fingerprint = make_prerequisites(cfg, args)
    report = generate_labels(
        cfg,
        images,
        args.out,
        fingerprint=own_fingerprint,
        overwrite=args.overwrite,
        strict=args.strict,
        device=args.device,
    )
    if get_rank() == 0:
        print(report)
