"""Measure the cracks in probability maps or masks. The same as ``mmcrack measure``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import measure, run_command

if __name__ == '__main__':
    run_command(measure)
