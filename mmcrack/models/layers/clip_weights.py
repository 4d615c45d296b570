"""Where CLIP's weights come from: open_clip's names, local files, and what to say without them.

Nothing is downloaded here: a training on a cluster should not start with every rank fetching a
gigabyte. ``mmcrack weights`` does that once.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
from huggingface_hub import try_to_load_from_cache
from open_clip.pretrained import (
    get_pretrained_cfg,
    list_pretrained_models_by_tag,
    list_pretrained_tags_by_model,
)

FOLDER = Path('checkpoints')
WITHOUT_CLIP = (
    'To go on without it: --cfg-options model.backbone.pretrained=None (random frozen weights, to '
    'try the pipeline).'
)
_OPENAI = {'clip_vit_b_16': 'ViT-B-16', 'clip_vit_l_14': 'ViT-L-14'}
_OPENAI['clip_vit_l_14_336'] = 'ViT-L-14-336'


@dataclass(frozen=True)
class CLIPWeights:
    """Weights on this machine.

    Args:
        path: Their file.
        quick_gelu: The activation that they were trained with, or None where only the
            architecture says.
    """

    path: Path
    quick_gelu: bool | None = None


@dataclass(frozen=True)
class CLIPCheckpoint:
    """A published file with its source.

    Args:
        name: File name.
        url: Where it is published.
        sha256: Checksum of the file.
    """

    name: str
    url: str
    sha256: str

    @classmethod
    def of(cls, tag: Mapping[str, Any]) -> 'CLIPCheckpoint | None':
        """The file of one of open_clip's weights, where it names one of OpenAI's with its sum."""
        url = tag.get('url', '')
        if 'openaipublic' not in url:
            return None
        return cls(name=url.rsplit('/', 1)[1], url=url, sha256=url.rsplit('/', 2)[1])


CLIP_CHECKPOINTS = {
    key: CLIPCheckpoint.of(get_pretrained_cfg(arch, 'openai')) for key, arch in _OPENAI.items()
}


def openai_checksums() -> frozenset[str]:
    """SHA-256 of every file of OpenAI's that open_clip knows."""
    tags = (get_pretrained_cfg(arch, 'openai') for arch in list_pretrained_models_by_tag('openai'))
    files = (CLIPCheckpoint.of(tag) for tag in tags)
    return frozenset(file.sha256 for file in files if file is not None)


def find_weights(arch: str | Mapping[str, Any], pretrained: str | None) -> CLIPWeights | None:
    """Find weights on this machine.

    Args:
        arch: Name of an architecture of open_clip, or one as a dict.
        pretrained: A name that open_clip knows for it (``'openai'``), a file, or None. The file of
            a name is looked for in ``checkpoints/`` and where open_clip and the Hub's client keep
            theirs.

    Returns:
        The weights, or None where ``pretrained`` is None.

    Raises:
        FileNotFoundError: the file is not here; the message says which one to put where.
        ValueError: open_clip has no weights of that name for the architecture.
    """
    if pretrained is None:
        return None
    if _is_path(pretrained):
        return _of_file(Path(pretrained))
    tag = _tag(arch, pretrained)
    path = _local_file(tag)
    if path is None:
        raise FileNotFoundError(_missing(arch, pretrained, tag))
    return CLIPWeights(path, tag.get('quick_gelu', False))


def _is_path(text: str) -> bool:
    return Path(text).is_file() or bool(Path(text).suffix) or os.sep in text


def _of_file(path: Path) -> CLIPWeights:
    if path.is_file():
        return CLIPWeights(path)
    raise FileNotFoundError(missing_file_message(path))


def missing_file_message(path: str | Path) -> str:
    """What to do about a missing file of weights."""
    text = f'{path}: CLIP weights not found.\n'
    for key, checkpoint in CLIP_CHECKPOINTS.items():
        if Path(path).name == checkpoint.name:
            return text + _instructions(key, checkpoint, path)
    return text + WITHOUT_CLIP


def _tag(arch: str | Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(arch, str):
        raise ValueError(
            f'pretrained={name!r}: an architecture given as a dict has no published weights; '
            'give a file, or None'
        )
    tag = get_pretrained_cfg(arch, name)
    if not tag:
        known = ', '.join(list_pretrained_tags_by_model(arch)) or 'none'
        raise ValueError(
            f'pretrained={name!r}: open_clip has no such weights of {arch} (it has: {known}), and '
            'it is no file'
        )
    return tag


def _local_file(tag: Mapping[str, Any]) -> Path | None:
    places = []
    if tag.get('url'):
        name = tag['url'].rsplit('/', 1)[1]
        places = [FOLDER / name, Path.home() / '.cache' / 'clip' / name]
    if tag.get('hf_hub'):
        repository, files = _hub_files(tag)
        cached = (try_to_load_from_cache(repository, file) for file in files)
        places += [Path(path) for path in cached if isinstance(path, str)]
    return next((path for path in places if path.is_file()), None)


def _hub_files(tag: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Repository and file names of weights on the Hub, in open_clip's order of preference."""
    repository, name = os.path.split(tag['hf_hub'])
    if name:
        return repository, (f'{os.path.splitext(name)[0]}.safetensors', name)
    constants = open_clip.constants
    return repository, (constants.HF_SAFE_WEIGHTS_NAME, constants.HF_WEIGHTS_NAME)


def _missing(arch: str, name: str, tag: Mapping[str, Any]) -> str:
    text = f'CLIP weights {name!r} of {arch} are not on this machine.\n'
    for key, checkpoint in CLIP_CHECKPOINTS.items():
        if CLIPCheckpoint.of(tag) == checkpoint:
            return text + _instructions(key, checkpoint, FOLDER / checkpoint.name)
    if tag.get('hf_hub'):
        repository, files = _hub_files(tag)
        text += (
            f'Get them: hf download {repository} {files[0]}\n'
            '    or copy that file here and set model.backbone.pretrained to its path.\n'
        )
    else:
        text += f'Get them: {tag["url"]}\nPut the file here: {FOLDER}/\n'
    return text + WITHOUT_CLIP


def _instructions(key: str, checkpoint: CLIPCheckpoint, path: str | Path) -> str:
    return (
        f'Get it: mmcrack weights {key} --out {path}\n'
        f'    or: {checkpoint.url}\n'
        f'Put it here: {path}\n'
        f'SHA-256: {checkpoint.sha256}\n'
        f'{WITHOUT_CLIP}'
    )
