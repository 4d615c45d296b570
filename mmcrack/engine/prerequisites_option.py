"""What the commands share that make a config's prerequisites first."""

import argparse
import sys

from mmengine.config import Config
from mmengine.dist import get_rank

from mmcrack.engine.prerequisites import PrerequisitesMissingError, collect_jobs, fulfil
from mmcrack.engine.ranks import prepare_ranks
from mmcrack.engine.records import fingerprint


def add_prerequisites_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--no-prerequisites``."""
    parser.add_argument(
        '--no-prerequisites',
        action='store_true',
        help='where a prerequisite of the config is missing, stop with the list of commands that '
        'make it, instead of running them',
    )


def make_prerequisites(cfg: Config, args: argparse.Namespace) -> str:
    """Start the ranks, and make what the config lists and is missing.

    Args:
        cfg: of the job; fitted to the ranks, in place.
        args: with ``config`` and ``no_prerequisites``.

    Returns:
        The job's fingerprint, which is that of the config before it was fitted.

    Raises:
        SystemExit: something is missing and may not be made; the message lists the commands.
    """
    jobs = collect_jobs(cfg, args.config)
    own_fingerprint = fingerprint(cfg, (job.fingerprint for job in jobs))
    prepare_ranks(cfg)
    try:
        fulfil(cfg, jobs, allowed=not args.no_prerequisites)
    except PrerequisitesMissingError as error:
        sys.exit(str(error) if get_rank() == 0 else 1)
    return own_fingerprint
