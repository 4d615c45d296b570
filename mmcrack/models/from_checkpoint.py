"""Builds a segmentor from a checkpoint alone, by the config that MMEngine stores inside."""

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
    if '://' not in checkpoint and not Path(checkpoint).is_file():
        raise FileNotFoundError(f'{checkpoint}: no such file; it is {purpose}')
    state = CheckpointLoader.load_checkpoint(checkpoint, map_location='cpu')
    text = state.get('meta', {}).get('cfg')
    if text is None or 'state_dict' not in state:
        raise ValueError(f'{checkpoint}: no checkpoint of a Runner; it should be {purpose}')
    model = _build(config_from_text(text, checkpoint))
    missing, unexpected = model.load_state_dict(state['state_dict'], strict=False)
    if missing or unexpected:
        raise ValueError(
            f'{checkpoint}: its weights do not fit its own config: '
            f'missing {missing[:3]}, unexpected {unexpected[:3]}'
        )
    return model.eval()


def _build(config: Config) -> nn.Module:
    import mmseg.models  # noqa: F401  registers the segmentors; slow, so only here

    with DefaultScope.overwrite_default_scope(config.get('default_scope', 'mmseg')):
        return MODELS.build(config.model)
