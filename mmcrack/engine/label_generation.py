"""Runs a labeller over a folder of photographs: one soft 8-bit PNG for each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from mmengine.config import Config
from mmengine.dist import all_gather_object, get_dist_info

from mmcrack.utils.atomic_files import write_atomically

from .labeller import Labeller, UnreadableImageError
from .product_folder import ProductFolder
from .progress import with_progress

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

    The ranks of a process group share the work, on one file system or several. Each label appears
    under its name only when it is complete.

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
        OSError: the folder or a file cannot be written.
        UnreadableImageError: with ``strict``.
        ValueError: the pipeline wrote no valid label.
    """
    out = Path(out)
    labeller = Labeller(cfg, device)
    record = {'config': cfg.filename, 'config_sha256': fingerprint}
    folder = LabelFolder(out, record, images, overwrite=overwrite)
    folder.prepare()
    report = _gather(_label_share(labeller, images, out), out)
    finished = not (strict and report.unreadable)
    lists = {'dropped': report.dropped, 'unreadable': report.unreadable}
    folder.finish({'finished': finished, 'labels': report.labels, **lists})
    if not finished:
        raise UnreadableImageError(f'unreadable images; repair or remove them. {report}')
    return report


def labelled_stems(out: Path) -> set[str]:
    """The stems of the labels in a folder and below."""
    return {path.relative_to(out).with_suffix('').as_posix() for path in out.rglob('*.png')}


class LabelFolder(ProductFolder):
    """The folder of the labels.

    Args:
        out: the folder.
        record: with ``config`` and ``config_sha256``.
        images: as for :func:`generate_labels`.
        overwrite: replace labels of another origin.
    """

    record_name = RECORD

    def __init__(
        self, out: Path, record: dict[str, Any], images: dict[str, Path], *, overwrite: bool
    ) -> None:
        super().__init__(out, record)
        self.images = images
        self.overwrite = overwrite

    def check(self, earlier: dict[str, Any] | None) -> None:
        """Raise FileExistsError where it holds the photographs, or labels of another origin."""
        out = self.out
        inside = [p for p in self.images.values() if out.resolve() in p.resolve().parents]
        if inside:
            raise FileExistsError(
                f'{out}: holds the photographs ({inside[0]}); give another folder'
            )
        if self.overwrite:
            return
        if earlier is None and labelled_stems(out):
            raise FileExistsError(
                f'{out}: holds PNG files that no run recorded; give an empty folder, or --overwrite'
            )
        if not self._is_ours(earlier):
            raise FileExistsError(
                f'{out}: holds labels of another config ({earlier["config"]}, or the same before a '
                'change); give another folder, or --overwrite'
            )

    def stale(self, earlier: dict[str, Any] | None) -> Iterable[Path]:
        """Labels of another origin; where nobody recorded it, only what is about to be replaced."""
        if earlier is None:
            return [self.out / f'{stem}.png' for stem in self.images]
        return [] if self._is_ours(earlier) else list(self.out.rglob('*.png'))

    def _is_ours(self, earlier: dict[str, Any] | None) -> bool:
        return earlier is None or earlier['config_sha256'] == self.record['config_sha256']


def _label_share(labeller: Labeller, images: dict[str, Path], out: Path) -> LabelReport:
    """Label this rank's share of the photographs that have no label yet."""
    rank, ranks = get_dist_info()
    done = labelled_stems(out)
    share = sorted(images)[rank::ranks]
    todo = [stem for stem in share if stem not in done]
    report = LabelReport(out, labels=len(share) - len(todo))
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
            report.labels += 1
            report.written.append(stem)
    return report


def _write_png(path: Path, label: np.ndarray) -> None:
    write_atomically(path, cv2.imencode('.png', label)[1].tobytes())


def _gather(share: LabelReport, out: Path) -> LabelReport:
    shares = all_gather_object(share)
    return LabelReport(
        out,
        labels=sum(s.labels for s in shares),
        written=_merge(s.written for s in shares),
        dropped=_merge(s.dropped for s in shares),
        unreadable=_merge(s.unreadable for s in shares),
    )


def _merge(stems: Iterable[list[str]]) -> list[str]:
    return sorted(stem for part in stems for stem in part)
