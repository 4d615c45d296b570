"""Find cracks in synthetic photographs without a drawn mask: the whole chain in a few minutes."""

import argparse

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.engine.demo import FULL, QUICK, run_demo


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--quick', action='store_true', help='a reduced size, to see that everything runs'
    )
    run_demo(QUICK if parser.parse_args().quick else FULL)


if __name__ == '__main__':
    main()
