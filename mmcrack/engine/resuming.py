"""The checkpoint to go on from: the latest one that is whole."""

import logging
import re
import zipfile
from pathlib import Path

from mmengine.logging import print_log

_NUMBERED = re.compile(r'(epoch|iter)_(\d+)\.pth')


def latest_checkpoint(work_dir: str | Path) -> Path | None:
    """The checkpoint that ``last_checkpoint`` names, or with a warning the one before it.

    Args:
        work_dir: of the training.

    Returns:
        The newest whole checkpoint; None where the training has saved none yet.

    Raises:
        OSError: checkpoints are there, and none of them is whole; names the latest.
    """
    work_dir = Path(work_dir)
    pointer = work_dir / 'last_checkpoint'
    if not pointer.is_file():
        return None
    named = _named(pointer)
    if named is not None and is_whole(named):
        return named
    what = named or pointer
    for earlier in _earlier(work_dir, named):
        if is_whole(earlier):
            print_log(
                f'{what}: {_fault(what)}. The training goes on from {earlier} instead.',
                'current',
                logging.WARNING,
            )
            return earlier
    raise OSError(
        f'{what}: {_fault(what)}, and {work_dir} holds no earlier checkpoint that is whole. '
        f'Restore it from a copy, or delete {pointer} to train from the beginning'
    )


def has_checkpoints(work_dir: Path) -> bool:
    """Whether a training has left checkpoints, whole or not; they may have been deleted."""
    pointer = work_dir / 'last_checkpoint'
    if not pointer.is_file():
        return False
    named = _named(pointer)
    return (named is not None and named.exists()) or bool(_earlier(work_dir, named))


def is_whole(checkpoint: Path) -> bool:
    """Whether all bytes that ``torch.save`` wrote are there, by the checksums in the file."""
    if checkpoint.is_dir():  # of DeepSpeed, which has its own checks
        return True
    try:
        with zipfile.ZipFile(checkpoint) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def _named(pointer: Path) -> Path | None:
    """What ``last_checkpoint`` names, also when the work directory was moved."""
    text = pointer.read_text(errors='replace').strip('\0 \n')
    if not text:
        return None
    named = Path(text)
    return named if named.exists() else pointer.parent / named.name


def _earlier(work_dir: Path, named: Path | None) -> list[Path]:
    """Checkpoints before ``named``, latest first; all of them where it is not known."""
    found = [path for path in work_dir.glob('*.pth') if _NUMBERED.fullmatch(path.name)]
    match = _NUMBERED.fullmatch(named.name) if named is not None else None
    if match is None:
        return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)
    kind, number = match[1], int(match[2])
    steps = [(int(m[2]), p) for p in found if (m := _NUMBERED.fullmatch(p.name))[1] == kind]
    return [path for step, path in sorted(steps, reverse=True) if step < number]


def _fault(path: Path) -> str:
    if not path.exists():
        return 'is missing'
    return 'names no checkpoint' if path.name == 'last_checkpoint' else 'is cut off or damaged'
