"""Make an HTML page of what was measured. The same as ``mmcrack report``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import report, run_command

if __name__ == '__main__':
    run_command(report)
