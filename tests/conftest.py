import mmcrack  # noqa: F401  # first of all: it makes torchvision importable
