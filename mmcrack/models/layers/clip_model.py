"""CLIP models of open_clip by name or by dict, with weights of this machine or random ones."""

import difflib
import pickle
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.factory import load_checkpoint
from torch import Tensor, nn

from mmcrack.models.layers.clip_weights import CLIPWeights, find_weights, openai_checksums
from mmcrack.utils.download import checksum

_JIT_EXTRAS = ('input_resolution', 'context_length', 'vocab_size')


def architecture(arch: str | Mapping[str, Any]) -> dict[str, Any]:
    """The settings of an architecture: ``embed_dim``, ``vision_cfg``, ``text_cfg``, and more.

    Args:
        arch: A name that open_clip knows, or the settings themselves.

    Raises:
        ValueError: the name is unknown, or settings are missing.
    """
    if isinstance(arch, str):
        config = open_clip.get_model_config(arch)
        if config is None:
            near = difflib.get_close_matches(arch, open_clip.list_models(), n=5, cutoff=0.4)
            raise ValueError(f'arch={arch!r}: open_clip has no such model; near: {", ".join(near)}')
        return config
    missing = {'embed_dim', 'vision_cfg', 'text_cfg'} - set(arch)
    if missing:
        raise ValueError(f'arch: {", ".join(sorted(missing))} missing, as in open_clip')
    return deepcopy({key: _plain(value) for key, value in arch.items()})


def load_clip(arch: str | Mapping[str, Any], pretrained: str | None = None) -> nn.Module:
    """Build a whole CLIP in float32, in eval mode, without gradients.

    The activation follows the weights where they are known by name: OpenAI's were trained with
    QuickGELU, whatever the architecture's name says.

    Args:
        arch: As for :func:`architecture`.
        pretrained: As for :func:`~mmcrack.models.layers.clip_weights.find_weights`.

    Raises:
        FileNotFoundError: the weights are not on this machine.
        ValueError: the architecture or the weights are unknown, or do not fit each other.
    """
    config = architecture(arch)
    weights = find_weights(arch, pretrained)
    if weights is not None:
        config['quick_gelu'] = _quick_gelu(weights, config.get('quick_gelu', False))
    model = _build(config)
    if weights is not None:
        _load(model, weights.path, arch)
    return model.eval().requires_grad_(False)


def tokenizer_of(arch: str | Mapping[str, Any]) -> Callable[[list[str]], Tensor]:
    """The tokenizer of an architecture: sentences to (N, context length). CLIP's needs no network.

    Raises:
        ValueError: an architecture given as a dict names a tokenizer of the Hub.
    """
    if isinstance(arch, str):
        return open_clip.get_tokenizer(arch)
    text = architecture(arch)['text_cfg']
    if text.get('hf_tokenizer_name') or text.get('hf_model_name'):
        raise ValueError('arch.text_cfg: a dict goes with the tokenizer of CLIP alone; give a name')
    return open_clip.SimpleTokenizer(context_length=text.get('context_length', 77))


def _plain(value: Any) -> Any:
    """MMEngine's ConfigDicts as dicts."""
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _build(config: dict[str, Any]) -> nn.Module:
    """The class that open_clip's own factory would take."""
    custom = config.pop('custom_text', False) or 'hf_model_name' in config['text_cfg']
    if not custom:
        return open_clip.CLIP(**config)
    if 'multimodal_cfg' in config:
        return open_clip.CoCa(**config)
    return open_clip.CustomTextCLIP(**config)


def _quick_gelu(weights: CLIPWeights, default: bool) -> bool:
    if weights.quick_gelu is not None:
        return weights.quick_gelu
    return default or _is_torchscript(weights.path)  # such archives are OpenAI's alone


def _load(model: nn.Module, path: Path, arch: str | Mapping[str, Any]) -> None:
    name = arch if isinstance(arch, str) else 'the given dict'
    try:
        if _is_torchscript(path):
            _require_openai(path)
            state = torch.jit.load(str(path), map_location='cpu').state_dict()
            model.load_state_dict({k: t for k, t in state.items() if k not in _JIT_EXTRAS})
        else:
            load_checkpoint(model, str(path), strict=True, weights_only=True)
    except pickle.UnpicklingError as error:
        raise ValueError(f'{path}: holds more than tensors, so it is not loaded') from error
    except (RuntimeError, KeyError) as error:
        first = str(error).splitlines()[:2]
        raise ValueError(
            f'{path}: not weights of the architecture {name}: {" ".join(first)}'
        ) from error


def _require_openai(path: Path) -> None:
    """Refuse archives of programs, which TorchScript runs while loading, but for the known ones."""
    if checksum(path) not in openai_checksums():
        raise ValueError(
            f'{path}: a TorchScript archive, which may hold code, and none of the files that '
            'OpenAI published; save its state_dict with torch.save or as safetensors and give that'
        )


def _is_torchscript(path: Path) -> bool:
    """Whether a file is a TorchScript archive, the form in which OpenAI published CLIP."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith('constants.pkl') for name in archive.namelist())
