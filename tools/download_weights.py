"""Download an official SAM or CLIP checkpoint: resumes, and verifies the SHA-256.

A file that is there already is only verified. Where there is no connection, the message says what
to fetch and where to put it.
"""

import argparse
import sys
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.models.backbones.sam_checkpoints import SAM_CHECKPOINTS
from mmcrack.models.layers.clip_weights import CLIP_CHECKPOINTS
from mmcrack.utils.download import DownloadError, download, print_progress

CHECKPOINTS = {**SAM_CHECKPOINTS, **CLIP_CHECKPOINTS}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('name', choices=sorted(CHECKPOINTS), help='which checkpoint')
    parser.add_argument('--out', type=Path, help='file to write; default: checkpoints/<its name>')
    parser.add_argument('--url', help='a mirror of the file; default: where it is published')
    return parser.parse_args()


def main() -> None:
    """Download, or say why not."""
    args = parse_args()
    checkpoint = CHECKPOINTS[args.name]
    target = args.out or Path('checkpoints') / checkpoint.name
    try:
        new = download(
            args.url or checkpoint.url, target, checkpoint.sha256, progress=print_progress
        )
    except DownloadError as error:
        sys.exit(str(error))
    print(f'{target}: {"downloaded" if new else "already there"}, SHA-256 verified')


if __name__ == '__main__':
    main()
