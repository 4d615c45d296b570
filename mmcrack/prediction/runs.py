"""Predicts many photographs: shared among ranks, resumed where it stopped, with a report."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mmengine.dist import all_gather_object, get_dist_info

from mmcrack.engine.labeller import UnreadableImageError
from mmcrack.engine.product_folder import ProductFolder
from mmcrack.engine.progress import with_progress

from .outputs import FOLDERS, OutputError, PredictionFiles, output_paths
from .photographs import MAX_MEGAPIXELS, open_photograph
from .predictor import Predictor

RECORD = 'predictions.json'
_SHOWN = 20


@dataclass(frozen=True)
class PredictionOptions:
    """What is written, and how.

    Attributes:
        kinds: of ``map``, ``mask`` and ``overlay``.
        threshold: of the mask.
        bits: of the map, 8 or 16.
        max_megapixels: largest photograph that is opened.
        overwrite: replace predictions of another origin.
        strict: photographs that cannot be read are an error, once all others are predicted.
    """

    kinds: Collection[str] = tuple(FOLDERS)
    threshold: float = 0.5
    bits: int = 8
    max_megapixels: float = MAX_MEGAPIXELS
    overwrite: bool = False
    strict: bool = False


@dataclass
class PredictionReport:
    """What became of the photographs, by name.

    Attributes:
        out: the folder of the predictions.
        predicted: number of photographs that have a prediction now.
        written: those that this run predicted.
        unreadable: why the others have none.
        tiled: those of ``written`` that were cut into tiles.
    """

    out: Path
    predicted: int = 0
    written: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    tiled: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = (
            f'{self.out}: {self.predicted} photographs predicted, {len(self.written)} of them new'
        )
        if self.tiled:
            text += f', {len(self.tiled)} in tiles'
        if not self.unreadable:
            return text
        reasons = [f'\n  {reason}' for reason in list(self.unreadable.values())[:_SHOWN]]
        more = f'\n  and others, all in {RECORD}' if len(self.unreadable) > _SHOWN else ''
        return f'{text}; {len(self.unreadable)} unreadable:{"".join(reasons)}{more}'


def predict_photographs(
    predictor: Predictor,
    photographs: dict[str, Path],
    out: str | Path,
    options: PredictionOptions,
    record: dict[str, Any],
) -> PredictionReport:
    """Predict photographs; what an earlier run of the same origin wrote is kept.

    The ranks of a process group share the work, on one file system or several: each file appears
    under its name only when it is complete, and a photograph whose files are there is done.

    Args:
        predictor: The model.
        photographs: Files by name, from :func:`find_photographs`.
        out: Folder of ``maps``, ``masks`` and ``overlays``, one ``<name>.png`` each; made when
            missing.
        options: What is written.
        record: What the predictions are made from, with ``config_sha256``, its fingerprint; kept
            in ``predictions.json`` in the folder.

    Raises:
        FileExistsError: the folder holds predictions of another origin.
        OutputError: a file cannot be written.
        UnreadableImageError: with ``strict``.
    """
    out = Path(out)
    record = {**record, 'finished': False, 'images': _sources(photographs)}
    folder = PredictionFolder(out, record, overwrite=options.overwrite)
    folder.prepare()
    report = _gather(_predict_share(predictor, photographs, out, options), out)
    finished = not (options.strict and report.unreadable)
    folder.finish({'finished': finished, 'unreadable': report.unreadable})
    if not finished:
        raise UnreadableImageError(f'repair or remove what cannot be read. {report}')
    return report


def _sources(photographs: dict[str, Path]) -> dict[str, str]:
    return {name: os.path.abspath(path) for name, path in photographs.items()}


def _is_done(out: Path, name: str, kinds: Collection[str]) -> bool:
    return all(path.is_file() for path in output_paths(out, name, kinds).values())


class PredictionFolder(ProductFolder):
    """The folder of the predictions; several runs may fill it, of one model with one setting.

    Args:
        out: the folder.
        record: with ``config_sha256`` and ``images``, the photographs' paths by name.
        overwrite: replace predictions of another origin.
    """

    record_name = RECORD
    error = OutputError

    def __init__(self, out: Path, record: dict[str, Any], *, overwrite: bool) -> None:
        super().__init__(out, record)
        self.overwrite = overwrite

    def check(self, earlier: dict[str, Any] | None) -> None:
        """Raise FileExistsError where it holds predictions of another origin."""
        if not self.overwrite:
            _require_same_origin(self.out, earlier, self.record)

    def stale(self, earlier: dict[str, Any] | None) -> Iterable[Path]:
        """The predictions of another origin, and what is about to be replaced."""
        if not self.overwrite or _same(earlier, self.record):
            return []
        names = {*(earlier or {}).get('images', {}), *self.record['images']}
        return [p for name in names for p in output_paths(self.out, name, FOLDERS).values()]

    def first_record(self, earlier: dict[str, Any] | None) -> dict[str, Any]:
        """The record with the photographs of earlier runs of the same origin."""
        kept = {} if self.overwrite and not _same(earlier, self.record) else (earlier or {})
        images = {**kept.get('images', {}), **self.record['images']}
        return {**super().first_record(earlier), 'images': images}


def _same(earlier: dict[str, Any] | None, record: dict[str, Any]) -> bool:
    if earlier is None or earlier['config_sha256'] != record['config_sha256']:
        return False
    known = earlier['images']
    return all(known.get(name, path) == path for name, path in record['images'].items())


def _require_same_origin(out: Path, earlier: dict[str, Any] | None, record: dict[str, Any]) -> None:
    remedy = 'give another folder, or --overwrite'
    if earlier is None:
        found = [p for folder in FOLDERS.values() for p in (out / folder).rglob('*.png')]
        if found:
            raise FileExistsError(f'{out}: holds files that no run recorded ({found[0]}); {remedy}')
        return
    if earlier['config_sha256'] != record['config_sha256']:
        raise FileExistsError(
            f'{out}: holds predictions of another model or other settings '
            f'({earlier.get("config")}, {earlier.get("checkpoint")}); {remedy}'
        )
    for name, path in record['images'].items():
        other = earlier['images'].get(name, path)
        if other != path:
            raise FileExistsError(
                f'{out}: {name} is the prediction of {other}, and would be that of {path}; {remedy}'
            )


def _predict_share(
    predictor: Predictor, photographs: dict[str, Path], out: Path, options: PredictionOptions
) -> PredictionReport:
    """Predict this rank's share of the photographs that have no prediction yet."""
    rank, ranks = get_dist_info()
    share = sorted(photographs)[rank::ranks]
    todo = [name for name in share if not _is_done(out, name, options.kinds)]
    report = PredictionReport(out, predicted=len(share) - len(todo))
    for name in with_progress(todo, show=rank == 0):
        paths = output_paths(out, name, options.kinds)
        try:
            tiled = _predict_one(predictor, photographs[name], paths, options)
        except UnreadableImageError as error:
            report.unreadable[name] = str(error)
            continue
        report.predicted += 1
        report.written.append(name)
        report.tiled += [name] if tiled else []
    return report


def _predict_one(
    predictor: Predictor, path: Path, paths: dict[str, Path], options: PredictionOptions
) -> bool:
    """Predict a photograph; says whether in tiles."""
    style = dict(threshold=options.threshold, bits=options.bits)
    with open_photograph(path, max_megapixels=options.max_megapixels) as photograph:
        size = photograph.height, photograph.width
        tiled = predictor.is_tiled(photograph)
        strips = [str(index) for index in range(predictor.strip_count(photograph))]
        progress = with_progress(strips, show=tiled and get_dist_info()[0] == 0)
        with PredictionFiles(paths, size, **style) as files:
            for _, (prob, pixels) in zip(progress, predictor.strips(photograph), strict=True):
                files.add(prob, pixels)
    return tiled


def _gather(share: PredictionReport, out: Path) -> PredictionReport:
    shares = all_gather_object(share)
    return PredictionReport(
        out,
        predicted=sum(s.predicted for s in shares),
        written=_merge(s.written for s in shares),
        tiled=_merge(s.tiled for s in shares),
        unreadable=dict(sorted(item for s in shares for item in s.unreadable.items())),
    )


def _merge(names: Iterable[list[str]]) -> list[str]:
    return sorted(name for part in names for name in part)
