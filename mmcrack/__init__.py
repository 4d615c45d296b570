"""mmcrack: crack segmentation with few labels or none, as MMSegmentation components."""

# compat comes first: it makes torchvision importable. engine makes reading checkpoints safe.
from mmcrack import compat, engine, registry
from mmcrack.version import __version__

__all__ = ['__version__', 'compat', 'engine', 'registry']
