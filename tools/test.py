"""Test (and evaluate) a model from a config and a checkpoint. The same as ``mmcrack test``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import run_command, test

if __name__ == '__main__':
    run_command(test)
