"""Names of files that make trouble somewhere: on another system, in lists, in tables."""

from collections.abc import Iterator
from pathlib import Path

from mmcrack.doctor.findings import Finding, Severity
from mmcrack.doctor.scanning import Scan


def check_names(scan: Scan) -> Iterator[Finding]:
    """Names that cannot be written, that differ only by case, or with other than plain letters."""
    paths = [pair.image for part in scan.data_set.parts for pair in part.pairs]
    yield from _undecodable(paths)
    yield from _same_but_for_case(paths)
    yield from _unusual(paths)


def _undecodable(paths: list[Path]) -> Iterator[Finding]:
    broken = tuple(ascii(str(path)) for path in paths if not _writable(path))
    if broken:
        yield Finding(
            Severity.ERROR,
            'undecodable names',
            f'the names of {len(broken)} files are no UTF-8',
            'they cannot be written into lists, tables and logs, which then fail',
            'rename the files (convmv does many at once)',
            broken,
        )


def _writable(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _same_but_for_case(paths: list[Path]) -> Iterator[Finding]:
    first: dict[str, Path] = {}
    same = tuple(
        f'{path} and {first[str(path.with_suffix("")).lower()]}'
        for path in paths
        if first.setdefault(str(path.with_suffix('')).lower(), path) != path
    )
    if same:
        yield Finding(
            Severity.WARNING,
            'names equal but for case',
            f'{len(same)} names differ from another only by capital letters',
            'on Windows and macOS one of the files replaces the other',
            'rename one of each',
            same,
        )


def _unusual(paths: list[Path]) -> Iterator[Finding]:
    unusual = tuple(
        str(path)
        for path in paths
        if _writable(path) and (not path.name.isascii() or any(c.isspace() for c in path.name))
    )
    if unusual:
        yield Finding(
            Severity.NOTE,
            'unusual names',
            f'the names of {len(unusual)} files have white space or letters outside ASCII',
            'mmcrack reads them; shell scripts need quotation marks, and older programs may fail',
            'nothing, unless another program complains',
            unusual,
        )
