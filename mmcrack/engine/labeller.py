"""A config's labeller, applied to one photograph."""

from pathlib import Path
from typing import Any

import numpy as np
from mmcv.transforms import LoadImageFromFile
from mmengine.config import Config
from mmengine.registry import TRANSFORMS, init_default_scope

from .config_keys import constructor_keys, registered


class UnreadableImageError(ValueError):
    """A file that should be a photograph is not."""


class Labeller:
    """A config's ``label_pipeline``: the path of a photograph in, its label out.

    Args:
        cfg: holds ``label_pipeline``, transforms of which the first reads ``img_path`` and one
            writes ``gt_seg_map``, float32 H×W in [0, 1].
        device: for the transforms that take one.

    Raises:
        KeyError: there is no such pipeline.
    """

    def __init__(self, cfg: Config, device: str | None = None) -> None:
        if not cfg.get('label_pipeline'):
            raise KeyError(f'{cfg.filename}: no label_pipeline; labels are made by its transforms')
        scope = cfg.get('default_scope') or 'mmseg'
        init_default_scope(scope)
        self.transforms = [
            TRANSFORMS.build(_with_device(step, scope, device)) for step in cfg.label_pipeline
        ]

    def __call__(self, path: Path) -> np.ndarray | None:
        """The label as uint8 H×W, round(255·label); None where the pipeline drops the image.

        Raises:
            UnreadableImageError: the file is no readable image.
            ValueError: what the pipeline wrote is no label of the image.
        """
        results: dict[str, Any] | None = {'img_path': str(path)}
        for transform in self.transforms:
            results = self._apply(transform, results, path)
            if results is None:
                return None
        label = results.get('gt_seg_map')
        if label is None:
            return None
        return _to_bytes(np.asarray(label), results['ori_shape'], path)

    @staticmethod
    def _apply(transform: Any, results: dict, path: Path) -> dict | None:
        try:
            return transform(results)
        except Exception as error:
            kind = UnreadableImageError if isinstance(transform, LoadImageFromFile) else ValueError
            name = type(transform).__name__
            raise kind(f'{path}: {name}: {type(error).__name__}: {error}') from error


def _with_device(step: dict, scope: str, device: str | None) -> dict:
    takes_device = any('device' in constructor_keys(p).names for p in registered(step.type, scope))
    return {'device': device, **step} if device and takes_device else dict(step)


def _to_bytes(label: np.ndarray, size: tuple[int, int], path: Path) -> np.ndarray:
    if label.shape != tuple(size):
        raise ValueError(f'{path}: the labeller wrote a map of {label.shape}, the image is {size}')
    if not (label.min() >= 0 and label.max() <= 1):  # false for NaN, too
        raise ValueError(
            f'{path}: the label ranges from {label.min()} to {label.max()}, expected [0, 1]'
        )
    return np.rint(label * 255).astype(np.uint8)
