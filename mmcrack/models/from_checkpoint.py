"""Builds a model from a checkpoint alone, by the config that MMEngine stores inside."""

from importlib import import_module
from pathlib import Path

from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner.checkpoint import CheckpointLoader
from torch import nn

from mmcrack.registry import MODELS
from mmcrack.utils.safe_config import config_from_text


def segmentor_from_checkpoint(checkpoint: str, purpose: str) -> nn.Module:
    """The model of a checkpoint of ours, with its weights, on the CPU, in eval mode.

    Args:
        checkpoint: Path or URL of a checkpoint that a Runner saved.
        purpose: What the model is wanted for and how to get one, for the error message.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file holds no config, one that is more than literals, or weights of
            another model.
    """
    return _load(checkpoint, purpose, 'mmseg')[0]


def classifier_from_checkpoint(checkpoint: str, purpose: str) -> tuple[nn.Module, tuple[str, ...]]:
    """The classifier of a checkpoint, as :func:`segmentor_from_checkpoint`, and its classes.

    Returns:
        mmpretrain's model, and the names of its training set's classes in their order; empty
        where the checkpoint does not tell.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: as :func:`segmentor_from_checkpoint`; or the model is no classifier.
    """
    model, meta = _load(checkpoint, purpose, 'mmpretrain')
    if not hasattr(model, 'backbone') or not hasattr(model, 'head'):
        raise ValueError(
            f'{checkpoint}: a {type(model).__name__}, no image classifier; it should be {purpose}'
        )
    return model, tuple((meta.get('dataset_meta') or {}).get('classes') or ())


def _load(checkpoint: str, purpose: str, scope: str) -> tuple[nn.Module, dict]:
    """The model and the checkpoint's ``meta``; ``scope`` where its config names none."""
    if '://' not in checkpoint and not Path(checkpoint).is_file():
        raise FileNotFoundError(f'{checkpoint}: no such file; it is {purpose}')
    state = CheckpointLoader.load_checkpoint(checkpoint, map_location='cpu')
    meta = state.get('meta', {})
    text = meta.get('cfg')
    if text is None or 'state_dict' not in state:
        raise ValueError(f'{checkpoint}: no checkpoint of a Runner; it should be {purpose}')
    model = _build(config_from_text(text, checkpoint), scope)
    missing, unexpected = model.load_state_dict(state['state_dict'], strict=False)
    if missing or unexpected:
        raise ValueError(
            f'{checkpoint}: its weights do not fit its own config: '
            f'missing {missing[:3]}, unexpected {unexpected[:3]}'
        )
    return model.eval(), meta


def _build(config: Config, scope: str) -> nn.Module:
    scope = config.get('default_scope') or scope
    if scope in ('mmseg', 'mmpretrain'):
        import_module(f'{scope}.models')  # registers the models; slow, so only here
    if 'data_preprocessor' in config:  # where the Runner looks for it, too
        config.model.setdefault('data_preprocessor', config.data_preprocessor)
    with DefaultScope.overwrite_default_scope(scope):
        return MODELS.build(config.model)
