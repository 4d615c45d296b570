"""A predictor from a config and a checkpoint."""

import copy
import json
from importlib import import_module
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.device import get_device
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import MODELS, DefaultScope
from mmengine.runner import load_checkpoint
from torch import nn

from mmcrack.engine.hooks.checkpoint_match_hook import require_match
from mmcrack.engine.preflight import require_checkpoint, require_untrained
from mmcrack.engine.records import fingerprint
from mmcrack.utils.download import checksum
from mmcrack.utils.unwrapping import unwrapped

from .predictor import Predictor


def load_segmentor(cfg: Config, checkpoint: str | None) -> nn.Module:
    """The model of a config with a checkpoint's weights, on the CPU, in eval mode.

    Args:
        cfg: A complete config; its model may be wrapped in test-time augmentation.
        checkpoint: Path or URL; None for a model that trains nothing.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the checkpoint is of another model, or one is needed.
    """
    if checkpoint is not None and '://' not in checkpoint:
        require_checkpoint('checkpoint', checkpoint)
    scope = cfg.get('default_scope') or 'mmseg'
    import_module(f'{scope}.models')
    settings = copy.deepcopy(cfg.model)
    if cfg.get('data_preprocessor'):  # where the Runner looks for it, too
        settings.get('module', settings).setdefault('data_preprocessor', cfg.data_preprocessor)
    with DefaultScope.overwrite_default_scope(scope):
        model = MODELS.build(settings)
    network = unwrapped(model)
    if checkpoint is None:
        require_untrained(network, cfg.filename)
    else:
        loaded = load_checkpoint(network, checkpoint, map_location='cpu')
        require_match(network, loaded.get('state_dict', loaded), checkpoint)
    if not hasattr(network, 'decode_head'):
        raise ValueError(f'{cfg.filename}: a {type(network).__name__}, no segmentor')
    return revert_sync_batchnorm(model).eval()


def load_predictor(
    cfg: Config,
    checkpoint: str | None,
    *,
    device: str | None = None,
    tile: int = 1024,
    overlap: int | None = None,
    amp: bool = False,
) -> Predictor:
    """Build a :class:`Predictor`.

    Args:
        cfg: A complete config, with a test pipeline.
        checkpoint: As :func:`load_segmentor`.
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.
        tile: As :class:`Predictor`.
        overlap: As :class:`Predictor`.
        amp: As :class:`Predictor`; needs a GPU.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        ValueError: as :func:`load_segmentor` and :class:`Predictor`; or mixed precision is asked
            for without a GPU.
        KeyError: the config has no test pipeline.
    """
    device = device or get_device()
    if amp and device == 'cpu':
        raise ValueError('--amp: mixed precision needs a GPU')
    pipeline = find_pipeline(cfg)
    model = load_segmentor(cfg, checkpoint).to(device)
    scope = cfg.get('default_scope') or 'mmseg'
    return Predictor(model, pipeline, scope=scope, tile=tile, overlap=overlap, amp=amp)


def find_pipeline(cfg: Config) -> list[dict[str, Any]]:
    """The transforms of a config's test data set.

    Raises:
        KeyError: there are none.
    """
    dataset = (cfg.get('test_dataloader') or {}).get('dataset') or {}
    while 'pipeline' not in dataset and isinstance(dataset.get('dataset'), dict):
        dataset = dataset['dataset']  # of a wrapper
    if 'datasets' in dataset:  # one that concatenates
        dataset = dataset['datasets'][0]
    pipeline = dataset.get('pipeline') or cfg.get('test_pipeline')
    if not pipeline:
        raise KeyError(f'{cfg.filename}: no test_dataloader.dataset.pipeline; predicting needs it')
    return list(pipeline)


def prediction_fingerprint(cfg: Config, checkpoint: str | None, settings: dict[str, Any]) -> str:
    """SHA-256 of what decides a prediction: model, weights, test pipeline and settings.

    Args:
        cfg: The config.
        checkpoint: The file of the weights.
        settings: Tiles, threshold and the like.
    """
    local = checkpoint is not None and Path(checkpoint).is_file()
    decisive = [checksum(Path(checkpoint)) if local else str(checkpoint)]
    decisive.append(json.dumps([find_pipeline(cfg), settings], sort_keys=True, default=repr))
    kept = ('model', 'data_preprocessor')
    return fingerprint(Config({key: cfg[key] for key in kept if cfg.get(key)}), decisive)
