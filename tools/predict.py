"""Find cracks in photographs: maps, masks, overlays. The same as ``mmcrack predict``."""

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.commands import predict, run_command

if __name__ == '__main__':
    run_command(predict)
