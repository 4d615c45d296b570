"""Download an official SAM or CLIP checkpoint: resumes, and verifies the SHA-256.

Without NAME it lists what there is, and which of it lies in checkpoints/. A file that is there
already is only verified. Where there is no connection, the message says what to fetch and where to
put it.
"""

import argparse
from pathlib import Path

from mmcrack.models.backbones.sam_checkpoints import SAM_CHECKPOINTS
from mmcrack.models.layers.clip_weights import CLIP_CHECKPOINTS
from mmcrack.utils.download import download, print_progress

FOLDER = Path('checkpoints')
CHECKPOINTS = {**SAM_CHECKPOINTS, **CLIP_CHECKPOINTS}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        'name', nargs='?', choices=sorted(CHECKPOINTS), metavar='NAME', help='which checkpoint'
    )
    parser.add_argument('--out', type=Path, help='file to write; default: checkpoints/<its name>')
    parser.add_argument('--url', help='a mirror of the file; default: where it is published')


def run(args: argparse.Namespace) -> None:
    """List, or download, or say why not."""
    if args.name is None:
        print(listing())
        return
    checkpoint = CHECKPOINTS[args.name]
    target = args.out or FOLDER / checkpoint.name
    new = download(args.url or checkpoint.url, target, checkpoint.sha256, progress=print_progress)
    print(f'{target}: {"downloaded" if new else "already there"}, SHA-256 verified')


def listing() -> str:
    """The checkpoints, a line each: name, file, whether it is there, where it is published."""
    return '\n'.join(
        f'{key:18} {checkpoint.name:28} {_presence(FOLDER / checkpoint.name):8} {checkpoint.url}'
        for key, checkpoint in sorted(CHECKPOINTS.items())
    )


def _presence(path: Path) -> str:
    return 'is there' if path.is_file() else '-'
