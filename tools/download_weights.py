"""Download an official SAM or CLIP checkpoint. The same as ``mmcrack weights``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import run_command, weights

if __name__ == '__main__':
    run_command(weights)
