"""The version of mmcrack."""

__version__ = '0.1.0'
