"""Train a model from a config: a segmenter, a VQVAE stage or a classifier."""

import argparse

from mmcrack.engine.cli import add_common_options, enable_amp, load_config
from mmcrack.engine.prerequisites_option import add_prerequisites_option, make_prerequisites
from mmcrack.engine.training import train

GOES_ON = 'with --resume the same command goes on from its last checkpoint'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument('config', help='train config file path')
    parser.add_argument('--work-dir', help='the dir to save logs and models')
    parser.add_argument(
        '--resume',
        action='store_true',
        help='resume from the latest checkpoint in the work_dir automatically',
    )
    parser.add_argument(
        '--amp', action='store_true', help='enable automatic-mixed-precision training'
    )
    add_prerequisites_option(parser)
    add_common_options(parser)


def run(args: argparse.Namespace) -> None:
    """Make what is missing, then train."""
    cfg = load_config(args)
    cfg.resume = args.resume
    if args.amp:
        enable_amp(cfg)
    own_fingerprint = make_prerequisites(cfg, args)
    train(cfg, own_fingerprint)
