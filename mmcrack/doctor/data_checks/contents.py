"""What the data set is, and whether its files can be read."""

from collections.abc import Iterator

from mmcrack.doctor.findings import Fact, Finding, Severity
from mmcrack.doctor.scanning import Scan


def check_contents(scan: Scan) -> Iterator[Fact | Finding]:
    """Layout, parts and their sizes; missing folders; unreadable files."""
    data_set = scan.data_set
    yield Fact('layout', data_set.layout)
    for part in data_set.parts:
        labelled = sum(pair.mask is not None for pair in part.pairs)
        kind = 'pairs' if labelled else 'images' if data_set.classes else 'images without masks'
        yield Fact(f'part {part.name}', f'{len(part.pairs)} {kind}')
    if data_set.ignored:
        yield Fact('not looked at', ', '.join(map(str, data_set.ignored)))
    if data_set.pending:
        yield Fact('made by prerequisites', ', '.join(map(str, data_set.pending)))
    yield from _empty(scan)
    yield from _missing(scan)
    yield from _unreadable(scan)


def _empty(scan: Scan) -> Iterator[Finding]:
    empty = tuple(part.name for part in scan.data_set.parts if not part.pairs)
    if empty:
        yield Finding(
            Severity.ERROR,
            'empty parts',
            f'{len(empty)} parts of the data set have no images, or none with masks',
            'a loader of such a part stops with an error',
            'look into the folders; where names differ, --images and --masks name the folders, '
            'and img_suffix, seg_map_suffix of CrackDataset the endings',
            empty,
        )


def _missing(scan: Scan) -> Iterator[Finding]:
    if scan.data_set.missing:
        yield Finding(
            Severity.WARNING,
            'missing folders',
            'the layout has folders that are not here',
            'configs that use them stop with an error',
            'unpack the data set again, or use only the parts that are here',
            tuple(map(str, scan.data_set.missing)),
        )


def _unreadable(scan: Scan) -> Iterator[Finding]:
    problems = tuple(problem for facts in scan.pairs for problem in facts.problems)
    if problems:
        yield Finding(
            Severity.ERROR,
            'unreadable files',
            f'{len(problems)} files cannot be read to their end or are not what they should be',
            'training stops when the data set is built; OpenCV alone would show a truncated JPEG '
            'with gray below the cut',
            'copy these files again from their source, or remove both image and mask',
            problems,
        )
