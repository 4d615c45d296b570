"""Convert Bridge2025 (images, masks; --part names other folders).

``PART/images`` (copies) and ``PART/masks`` (8-bit PNG, 0 and 255) are written when every file
has passed the checks, or not at all.
"""

from mmcrack.datasets import Bridge2025Dataset
from mmcrack.datasets.conversion_cli import main

if __name__ == '__main__':
    main(Bridge2025Dataset, __doc__)
