"""From a folder or a config to a diagnosis of its data set."""

from __future__ import annotations

from pathlib import Path

from mmcrack.doctor.config_data import from_config
from mmcrack.doctor.data_checks import DATA_CHECKS
from mmcrack.doctor.data_set import DataSet
from mmcrack.doctor.findings import Diagnosis, run_checks
from mmcrack.doctor.layouts import given_folders, recognize
from mmcrack.doctor.scanning import scan


def diagnose(
    data: Path | None = None,
    *,
    images: str | None = None,
    masks: str | None = None,
    config: str | None = None,
    workers: int = 1,
) -> Diagnosis:
    """Check a data set.

    Args:
        data: Its folder, whose layout is recognized unless ``images`` is given.
        images: Folder of the images, below ``data``.
        masks: Folder of the masks, below ``data``.
        config: Instead of a folder, a config whose data sets are checked.
        workers: Threads that read files.

    Raises:
        FileNotFoundError: there is no such folder or config, or no images.
        ValueError: the config has no data set of files.
    """
    return run_checks(DATA_CHECKS, scan(_find(data, images, masks, config), workers=workers))


def _find(data: Path | None, images: str | None, masks: str | None, config: str | None) -> DataSet:
    if config is not None:
        return from_config(config)
    if data is None:
        raise ValueError('give a folder or a config')
    return given_folders(data, images, masks) if images is not None else recognize(data)
