"""Find cracks in synthetic photographs without a drawn mask. The same as ``mmcrack demo``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import demo, run_command

if __name__ == '__main__':
    run_command(demo)
