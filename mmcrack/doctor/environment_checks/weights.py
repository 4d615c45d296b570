"""Published weights in ``checkpoints/``: there, and whole."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmcrack.doctor.findings import Fact, Finding, Severity

_FOLDER = Path('checkpoints')


def check_sam_weights() -> Iterator[Fact | Finding]:
    """Meta's checkpoints of SAM."""
    from mmcrack.models.backbones.sam_checkpoints import SAM_CHECKPOINTS

    yield from check_weights(SAM_CHECKPOINTS)


def check_clip_weights() -> Iterator[Fact | Finding]:
    """OpenAI's checkpoints of CLIP."""
    from mmcrack.models.layers.clip_weights import CLIP_CHECKPOINTS

    yield from check_weights(CLIP_CHECKPOINTS)


def check_weights(known: Mapping[str, Any], folder: Path = _FOLDER) -> Iterator[Fact | Finding]:
    """Compare files with their checksums.

    Args:
        known: Name → checkpoint with ``name`` and ``sha256``.
        folder: Where the files lie.
    """
    from mmcrack.utils.download import checksum

    for key, checkpoint in known.items():
        file = folder / checkpoint.name
        get = f'mmcrack weights {key}'
        if not file.is_file():
            unfinished = file.with_name(f'{file.name}.part').is_file()
            yield Fact(key, f'{"half downloaded" if unfinished else "not there"} ({get})')
        elif checksum(file) == checkpoint.sha256:
            yield Fact(key, f'{file}, SHA-256 verified')
        else:
            yield Finding(
                Severity.ERROR,
                'weights',
                f'{file} is not what was published: its SHA-256 differs',
                'it is damaged, cut short or another file of that name',
                f'delete it, then {get}',
                (str(file),),
            )
