"""Runs a labeller over a folder of photographs: one soft 8-bit PNG for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmcv.transforms import LoadImageFromFile
from mmengine.config import Config
from mmengine.dist import all_gather_object, barrier, get_dist_info, master_only
from mmengine.registry import TRANSFORMS, init_default_scope

from mmcrack.utils.atomic_files import write_atomically

from .config_keys import constructor_keys, registered
from .progress import with_progress
from .records import read_record, write_record

RECORD = 'labels.json'
_SHOWN = 20


@dataclass
class LabelReport:
    """What became of the photographs, by the stems of their labels.

    Attributes:
        out: the folder of the labels.
        labels: number of photographs that have a label now.
        written: those whose label this run made.
        dropped: those that the labeller gave no label.
        unreadable: those that are no readable images.
    """

    out: Path
    labels: int = 0
    written: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f'{self.out}: {self.labels} labels, {len(self.written)} of them new']
        for what, stems in (('dropped', self.dropped), ('unreadable', self.unreadable)):
            if stems:
                more = f' and others, all in {RECORD}' if len(stems) > _SHOWN else ''
                parts.append(f'{len(stems)} {what}: {", ".join(stems[:_SHOWN])}{more}')
        return '; '.join(parts)


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


def generate_labels(
    cfg: Config,
    images: dict[str, Path],
    out: str | Path,
    *,
    fingerprint: str,
    overwrite: bool = False,
    strict: bool = False,
    device: str | None = None,
) -> LabelReport:
    """Label photographs; what an earlier run of the same config wrote is kept.

    The ranks of a process group share the work. Each label appears under its name only when it is
    complete.

    Args:
        cfg: as :class:`Labeller`.
        images: photographs by stem, from :func:`mmcrack.engine.image_listing.list_images`.
        out: folder of the labels, ``<stem>.png``; made when missing.
        fingerprint: of the config; recorded in ``labels.json`` beside the labels.
        overwrite: replace labels made by another config.
        strict: unreadable photographs are an error, raised when all others are labelled.
        device: for labellers with networks.

    Raises:
        FileExistsError: the folder holds labels of another config and ``overwrite`` is off, or
            it holds the photographs.
        UnreadableImageError: with ``strict``.
        ValueError: the pipeline wrote no valid label.
    """
    out = Path(out)
    labeller = Labeller(cfg, device)
    require_own_folder(out, images, fingerprint, overwrite)
    barrier()
    record = {'config': cfg.filename, 'config_sha256': fingerprint}
    _prepare_folder(out, images, {**record, 'finished': False})
    barrier()
    report = _gather(_label_share(labeller, images, out), out)
    report.labels = len(labelled_stems(out) & images.keys())
    finished = not (strict and report.unreadable)
    lists = {'dropped': report.dropped, 'unreadable': report.unreadable}
    _write_record(out, {**record, 'finished': finished, 'labels': report.labels, **lists})
    barrier()
    if not finished:
        raise UnreadableImageError(f'unreadable images; repair or remove them. {report}')
    return report


def labelled_stems(out: Path) -> set[str]:
    """The stems of the labels in a folder and below."""
    return {path.relative_to(out).with_suffix('').as_posix() for path in out.rglob('*.png')}


def require_own_folder(
    out: Path, images: dict[str, Path], fingerprint: str, overwrite: bool
) -> None:
    """Raise FileExistsError if the folder holds the photographs, or labels of another origin."""
    inside = [path for path in images.values() if out.resolve() in path.resolve().parents]
    if inside:
        raise FileExistsError(f'{out}: holds the photographs ({inside[0]}); give another folder')
    if overwrite or not out.is_dir():
        return
    record = read_record(out / RECORD)
    if record is None and labelled_stems(out):
        raise FileExistsError(
            f'{out}: holds PNG files that no run recorded; give an empty folder, or --overwrite'
        )
    if record is not None and record['config_sha256'] != fingerprint:
        raise FileExistsError(
            f'{out}: holds labels of another config ({record["config"]}, or the same before a '
            'change); give another folder, or --overwrite'
        )


@master_only
def _prepare_folder(out: Path, images: dict[str, Path], record: dict) -> None:
    """Remove what a killed run left, and labels of another origin, once that is allowed."""
    out.mkdir(parents=True, exist_ok=True)
    stale = list(out.rglob('.*.partial'))
    earlier = read_record(out / RECORD)
    if earlier is None:  # not our folder: nothing but what is about to be replaced
        stale += [path for stem in images if (path := out / f'{stem}.png').exists()]
    elif earlier['config_sha256'] != record['config_sha256']:
        stale += list(out.rglob('*.png'))
    for path in stale:
        path.unlink()
    write_record(out / RECORD, record)


@master_only
def _write_record(out: Path, record: dict) -> None:
    write_record(out / RECORD, record)


def _label_share(labeller: Labeller, images: dict[str, Path], out: Path) -> LabelReport:
    """Label this rank's share of the photographs that have no label yet."""
    rank, ranks = get_dist_info()
    done = labelled_stems(out)
    todo = [stem for stem in sorted(images)[rank::ranks] if stem not in done]
    report = LabelReport(out)
    for stem in with_progress(todo, show=rank == 0):
        try:
            label = labeller(images[stem])
        except UnreadableImageError:
            report.unreadable.append(stem)
            continue
        if label is None:
            report.dropped.append(stem)
        else:
            _write_png(out / f'{stem}.png', label)
            report.written.append(stem)
    return report


def _write_png(path: Path, label: np.ndarray) -> None:
    write_atomically(path, cv2.imencode('.png', label)[1].tobytes())


def _gather(share: LabelReport, out: Path) -> LabelReport:
    shares = all_gather_object(share)
    return LabelReport(
        out,
        written=_merge(s.written for s in shares),
        dropped=_merge(s.dropped for s in shares),
        unreadable=_merge(s.unreadable for s in shares),
    )


def _merge(stems: Iterable[list[str]]) -> list[str]:
    return sorted(stem for part in stems for stem in part)
