"""Train a model from a config. The same as ``mmcrack train``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import run_command, train

if __name__ == '__main__':
    run_command(train)
