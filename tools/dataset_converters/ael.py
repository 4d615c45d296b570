"""Convert AEL, as published (IMAGES, GROUND_TRUTH: AIGLE_RN, ESAR and LCMS).

``PART/images`` (copies) and ``PART/masks`` (8-bit PNG, 0 and 255) are written when every file
has passed the checks, or not at all.
"""

from mmcrack.datasets import AELDataset
from mmcrack.datasets.conversion_cli import main

if __name__ == '__main__':
    main(AELDataset, __doc__)
