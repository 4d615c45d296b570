"""Find cracks in synthetic photographs without a drawn mask: the whole chain in a few minutes."""

import argparse

from mmcrack.engine.demo import FULL, QUICK, run_demo

GOES_ON = 'the same command goes on; finished steps are kept'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        '--quick', action='store_true', help='a reduced size, to see that everything runs'
    )


def run(args: argparse.Namespace) -> None:
    """Run the demo."""
    run_demo(QUICK if args.quick else FULL)
