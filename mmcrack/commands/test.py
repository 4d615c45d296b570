"""Test (and evaluate) a model from a config and a checkpoint."""

import argparse

from mmcrack.engine.cli import (
    add_common_options,
    load_config,
    save_predictions,
    show_predictions,
    use_test_time_augmentation,
)
from mmcrack.engine.testing import build_test_runner


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument('config', help='config file path')
    parser.add_argument(
        'checkpoint', nargs='?', help='checkpoint file; only a model that trains nothing needs none'
    )
    parser.add_argument(
        '--work-dir',
        help='if specified, the evaluation metric results are dumped there as json',
    )
    parser.add_argument(
        '--out',
        help='save the predictions for offline evaluation: to this directory, by the metric, or '
        'to this .pkl file',
    )
    parser.add_argument('--show', action='store_true', help='show prediction results')
    parser.add_argument(
        '--show-dir',
        help='directory where painted images will be saved, below vis_data/vis_image',
    )
    parser.add_argument('--wait-time', type=float, default=2, help='the interval of show (s)')
    parser.add_argument('--tta', action='store_true', help='test time augmentation')
    add_common_options(parser)


def run(args: argparse.Namespace) -> None:
    """Test."""
    cfg = load_config(args)
    if args.show or args.show_dir:
        show_predictions(cfg, show=args.show, wait_time=args.wait_time, show_dir=args.show_dir)
    if args.tta:
        use_test_time_augmentation(cfg)
    if args.out is not None:
        save_predictions(cfg, args.out)
    build_test_runner(cfg, args.config, args.checkpoint).test()
