"""Train a model from a config: a segmenter, a VQVAE stage or a classifier."""

import argparse
import sys

from mmengine.dist import get_rank

from mmcrack.engine.cli import add_common_options, enable_amp, load_config
from mmcrack.engine.prerequisites import PrerequisitesMissingError, collect_jobs, fulfil
from mmcrack.engine.ranks import prepare_ranks
from mmcrack.engine.records import fingerprint
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
    parser.add_argument(
        '--no-prerequisites',
        action='store_true',
        help='where a prerequisite of the config is missing, stop with the list of commands that '
        'make it, instead of running them',
    )
    add_common_options(parser)


def run(args: argparse.Namespace) -> None:
    """Make what is missing, then train."""
    cfg = load_config(args)
    cfg.resume = args.resume
    if args.amp:
        enable_amp(cfg)
    jobs = collect_jobs(cfg, args.config)
    own_fingerprint = fingerprint(cfg, (job.fingerprint for job in jobs))
    prepare_ranks(cfg)
    try:
        fulfil(cfg, jobs, allowed=not args.no_prerequisites)
    except PrerequisitesMissingError as error:
        sys.exit(str(error) if get_rank() == 0 else 1)
    train(cfg, own_fingerprint)
