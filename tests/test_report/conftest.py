import argparse
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from surveys import NAMES, SIZE

from mmcrack.commands import report as command
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.map_measurement import measure_maps
from mmcrack.measurement.map_file import MeasureOptions


@pytest.fixture(scope='session')
def survey(tmp_path_factory):
    """Maps and photographs of ``NAMES``."""
    root = tmp_path_factory.mktemp('survey')
    widths = dict(zip(NAMES, ((3,), (9,), (), (5, 4), (6,)), strict=True))
    for name, cracks in widths.items():
        mask = np.zeros(SIZE, np.uint8)
        for index, width in enumerate(cracks):
            mask[20 + 40 * index : 20 + 40 * index + width, 10:110] = 255
        photograph = np.where(mask > 0, 40, 190).astype(np.uint8)
        for folder, suffix, pixels in (
            ('maps', '.png', mask),
            ('photographs', '.jpg', np.repeat(photograph[..., None], 3, 2)),
        ):
            path = root / folder / f'{name}{suffix}'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path)
    return root


@pytest.fixture
def measure(survey, tmp_path):
    """Measures the maps; returns the folder of the figures."""

    def run(*, photographs=True, out='measured', maps=None, **options):
        maps = list_images(str(maps or survey / 'maps'), recursive=True)
        images = list_images(str(survey / 'photographs'), recursive=True) if photographs else {}
        options = MeasureOptions(**options)
        measure_maps(maps, tmp_path / out, options, photographs=images)
        return tmp_path / out

    return run


@pytest.fixture
def report(tmp_path):
    """Runs the command; returns the text of the page."""

    def run(measured, *options, out='report.html'):
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        command.run(parser.parse_args([str(measured), '--out', str(tmp_path / out), *options]))
        return Path(tmp_path / out).read_text(encoding='utf-8')

    return run


@pytest.fixture
def decoded():
    """The pixels of a ``data:`` address."""
    import base64

    def run(uri):
        jpeg = base64.b64decode(uri.removeprefix('data:image/jpeg;base64,'))
        return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)

    return run
