"""Check a data set, or the environment. The same as ``mmcrack doctor``, and needs no install."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mmcrack_command import main

if __name__ == '__main__':
    sys.exit(main(['doctor', *sys.argv[1:]]))
