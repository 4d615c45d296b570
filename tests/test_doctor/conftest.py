from pathlib import Path

import numpy as np
import pytest
from doctor_pictures import crack_mask, photograph
from PIL import Image

from mmcrack.doctor.data_diagnosis import diagnose
from mmcrack.doctor.findings import Diagnosis, Finding


class Folder:
    """Writes images below a folder, and has it examined."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, path: str, values: np.ndarray, **options) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(values).save(file, **options)
        return file

    def pair(self, name: str, seed: int, *, below: str = '', mask: np.ndarray | None = None):
        image = self.save(f'{below}images/{name}.png', photograph(seed))
        mask = crack_mask() if mask is None else mask
        return image, self.save(f'{below}masks/{name}.png', mask)

    def pairs(self, count: int) -> None:
        for seed in range(count):
            self.pair(f'good{seed}', seed)

    def diagnose(self, **options) -> Diagnosis:
        return diagnose(self.root, **options)

    def findings(self, **options) -> dict[str, Finding]:
        found = self.diagnose(**options).findings
        assert len({finding.check for finding in found}) == len(found)
        return {finding.check: finding for finding in found}


@pytest.fixture
def folder(tmp_path) -> Folder:
    return Folder(tmp_path)
