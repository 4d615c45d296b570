"""Convert Crack500, as published (traincrop, valcrop, testcrop).

``PART/images`` (copies) and ``PART/masks`` (8-bit PNG, 0 and 255) are written when every file
has passed the checks, or not at all.
"""

from mmcrack.datasets import Crack500Dataset
from mmcrack.datasets.conversion_cli import main

if __name__ == '__main__':
    main(Crack500Dataset, __doc__)
