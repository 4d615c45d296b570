"""What an evaluation leaves to read: a line of scores, a row per image, a curve."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from mmcrack.evaluation.image_counts import ImageCounts
from mmcrack.evaluation.scores import (
    Curve,
    background_iou,
    best_threshold,
    crack_iou,
    f1,
    precision,
    recall,
)
from mmcrack.evaluation.threshold_counts import HALF, THRESHOLDS
from mmcrack.utils.atomic_files import write_atomically

COLUMNS = (
    'image',
    'F1',
    'IoU',
    'IoU_2class',
    'clDice',
    'precision',
    'recall',
    'best_F1',
    'best_threshold',
    'predicted_pixels',
    'crack_pixels',
    'pixels',
)


def check_report_path(path: str | None, suffixes: tuple[str, ...]) -> None:
    """Raise ValueError where a report cannot be written to ``path`` (None: there is none)."""
    if path is not None and Path(path).suffix.lower() not in suffixes:
        raise ValueError(f'{path}: the suffix must be {" or ".join(suffixes)}')
    if path is not None and Path(path).is_dir():
        raise ValueError(f'{path}: is a folder, not a file to write')


def image_row(image: ImageCounts) -> dict[str, str | float | int]:
    """The scores of one image by :data:`COLUMNS`, in percent, at p > 0.5 but for the best."""
    counts, iou = image.thresholds, crack_iou(image)
    scores = f1(counts)
    best = best_threshold(scores)
    fractions = dict(
        F1=scores[HALF],
        IoU=iou,
        IoU_2class=(iou + background_iou(image)) / 2,
        clDice=image.centerline.dice(),
        precision=precision(counts)[HALF],
        recall=recall(counts)[HALF],
        best_F1=scores[best],
    )
    return {
        'image': image.name,
        **{key: round(100 * float(value), 4) for key, value in fractions.items()},
        'best_threshold': float(THRESHOLDS[best]),
        'predicted_pixels': int(counts.predicted[HALF]),
        'crack_pixels': counts.true,
        'pixels': image.pixels,
    }


def write_image_rows(path: Path, rows: Iterable[dict]) -> None:
    """Write a CSV file with a row per image, at once or not at all."""
    _write_csv(path, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def write_curve(path: Path, curve: Curve, tolerance: float) -> None:
    """Write the columns of a curve as ``.csv`` or ``.json``, at once or not at all.

    The JSON file also names the tolerance.
    """
    if path.suffix.lower() == '.csv':
        _write_csv(path, Curve._fields, zip(*(column.tolist() for column in curve), strict=True))
        return
    columns = {name: column.tolist() for name, column in curve._asdict().items()}
    record = {'tolerance': tolerance, **columns}
    write_atomically(path, (json.dumps(record, indent=2) + '\n').encode())


def _write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable]) -> None:
    text = io.StringIO(newline='')
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(header)
    writer.writerows(rows)
    write_atomically(path, text.getvalue().encode())


def scores_text(scores: dict[str, float], protocol: str, tolerance: float, images: int) -> str:
    """One line that names the protocol, for logs."""
    values = ', '.join(f'{key} {scores[key]:.2f}' for key in scores if key != 'ODS_threshold')
    return (
        f'{images} images, protocol {protocol!r}, tolerance {tolerance:g} px: {values} '
        f'(ODS at p > {scores["ODS_threshold"]:.2f}; F1, mIoU and clDice at p > 0.50)'
    )


def scores_table(scores: Mapping[str, Mapping[str, float]], tolerance: float, images: int) -> str:
    """A Markdown table with a row per protocol.

    Args:
        scores: Protocol → scores in percent.
        tolerance: Distance in pixels they were made with.
        images: Number of images.
    """
    keys = list(next(iter(scores.values())))
    rows = [['protocol', 'tolerance', 'images', *keys], ['---', *['---:'] * (len(keys) + 2)]]
    rows += [
        [protocol, f'{tolerance:g} px', str(images), *(f'{row[key]:.2f}' for key in keys)]
        for protocol, row in scores.items()
    ]
    return '\n'.join(f'| {" | ".join(row)} |' for row in rows)
