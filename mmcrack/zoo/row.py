"""A row of the zoo, kept as one JSON file."""

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmcrack.engine.records import read_record, write_record

PROTOCOL = 'image'
FIGURES = ('F1', 'mIoU', 'ODS', 'OIS', 'AP', 'clDice')


@dataclass(frozen=True, kw_only=True)
class Row:
    """What one method scored on one data set, and what it took.

    Attributes:
        method: Its name.
        kind: ``'network'`` or ``'labels'``.
        config: Its config file.
        test_config: The config that holds the data set.
        data_set: Name of the data set.
        split: Which part of it.
        images: Number of photographs.
        augmented: Whether it was tested with test-time augmentation.
        dropped: How many of them a labeller gave no label; they count as without a crack.
        protocol: Of :class:`~mmcrack.evaluation.CrackMetric`.
        tolerance: In pixels.
        figures: All that the metric gives, in percent but for ``ODS_threshold``.
        parameters: Number of parameters of the networks that predict.
        training: ``steps``, ``seconds``, ``machines``; None where nothing is trained, ``seconds``
            None where they are not known.
        prerequisites: ``trainings``, ``seconds`` of those that came before.
        images_per_second: Predicted, without reading files and without scoring.
        machine: That predicted, as :func:`~mmcrack.engine.machine.this_machine`.
        command: That makes this row.
        date: Of the test, ISO 8601.
        note: What a reader has to know.
        untrained: As ``figures``, of the network before its first step; None: not measured.
        trained_from: ``'this config'``, ``'another state'`` of it, or ``'unknown'``: a checkpoint
            without a record.
        config_sha256: Fingerprint of the method, the same on every machine.
        test_sha256: Fingerprint of the test.
        checkpoint_sha256: Of the file.
    """

    method: str
    kind: str
    config: str
    test_config: str
    data_set: str
    split: str
    images: int
    augmented: bool = False
    dropped: int = 0
    protocol: str = PROTOCOL
    tolerance: float = 0
    figures: dict[str, float]
    parameters: int
    training: dict[str, Any] | None
    prerequisites: dict[str, Any]
    images_per_second: float
    machine: dict[str, Any]
    command: str
    date: str
    note: str = ''
    untrained: dict[str, float] | None = None
    trained_from: str
    config_sha256: str
    test_sha256: str
    checkpoint_sha256: str | None

    @property
    def file_name(self) -> str:
        """The same for every row of this config on this data set."""
        return row_file_name(self.config, self.data_set, self.split, self.augmented)


def row_file_name(config: str, data_set: str, split: str, augmented: bool = False) -> str:
    """``FOLDER.CONFIG.DATA-SET.SPLIT[.tta].json``, of letters that any file system takes."""
    parts = [*Path(config).with_suffix('').parts[-2:], data_set, split, *['tta'] * augmented]
    return '.'.join(re.sub(r'[^\w-]+', '-', part).strip('-') for part in parts) + '.json'


def write_row(folder: Path, row: Row) -> Path:
    """Write the file of a row, in place of an earlier one, at once or not at all."""
    path = folder / row.file_name
    write_record(path, dataclasses.asdict(row))
    return path


def read_row(path: Path) -> Row | None:
    """The row of a file; None where there is none.

    Raises:
        ValueError: the file is no row.
    """
    record = read_record(path)
    try:
        return None if record is None else Row(**record)
    except TypeError as error:
        raise ValueError(f'{path}: not a row of the zoo ({error}); make it anew') from error


def read_rows(folder: Path) -> list[Row]:
    """All rows, by data set, the best F1 first.

    Raises:
        ValueError: a file is no row.
    """
    rows = [row for path in folder.glob('*.json') if (row := read_row(path)) is not None]
    return sorted(rows, key=lambda r: (r.data_set, r.split, -r.figures['F1'], r.config))
