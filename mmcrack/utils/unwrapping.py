"""The model inside of what wraps it."""

from mmengine.model import BaseTTAModel, is_model_wrapper
from torch import nn


def unwrapped(model: nn.Module) -> nn.Module:
    """The model that a config's ``model`` describes.

    Args:
        model: As a ``Runner`` holds it: plain, or inside of wrappers for several processes, of
            test-time augmentation, or of both.

    Returns:
        The innermost model, itself and not a copy.
    """
    while is_model_wrapper(model) or isinstance(model, BaseTTAModel):
        model = model.module
    return model
