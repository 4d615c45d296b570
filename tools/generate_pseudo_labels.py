"""Label a folder of photographs with a labeller. The same as ``mmcrack label``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import label, run_command

if __name__ == '__main__':
    run_command(label)
