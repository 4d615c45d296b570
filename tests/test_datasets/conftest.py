from pathlib import Path

import numpy as np
import pytest
from mmengine.registry import DefaultScope
from PIL import Image


@pytest.fixture
def mmseg_scope():
    with DefaultScope.overwrite_default_scope('mmseg'):
        yield


@pytest.fixture
def mmpretrain_scope():
    with DefaultScope.overwrite_default_scope('mmpretrain'):
        yield


class Folder:
    """Writes tiny images and masks below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def image(self, path: str, size=(6, 8)) -> Path:
        values = np.arange(size[0] * size[1] * 3, dtype=np.uint32).reshape(*size, 3) % 251
        return self._save(path, values.astype(np.uint8))

    def mask(self, path: str, values=None, size=(6, 8)) -> Path:
        if values is None:
            values = np.zeros(size, np.uint8)
            values[2] = 255
        return self._save(path, np.asarray(values, np.uint8))

    def pair(self, image: str, mask: str) -> None:
        self.image(image)
        self.mask(mask)

    def _save(self, path: str, values: np.ndarray) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(values).save(file)
        return file


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path)
