"""mmcrack: crack segmentation with few labels or none, as MMSegmentation components."""

from mmcrack import compat, registry  # compat first: it makes torchvision importable
from mmcrack.version import __version__

__all__ = ['__version__', 'compat', 'registry']
