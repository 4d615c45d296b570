"""Images without masks, masks without images, and names that two files share."""

from collections.abc import Iterator

from mmcrack.doctor.findings import Finding, Severity
from mmcrack.doctor.scanning import Scan


def check_pairing(scan: Scan) -> Iterator[Finding]:
    """Files that are in no pair."""
    lone = tuple(line for part in scan.data_set.parts for line in part.lone)
    if lone:
        yield Finding(
            Severity.ERROR,
            'files without a partner',
            f'{len(lone)} images have no mask, or masks no image',
            'a data set with such files is refused',
            "add what is missing, remove what is left over, or set unpaired='skip' in the data "
            'set: it leaves such files out and lists them',
            lone,
        )
    twins = tuple(line for part in scan.data_set.parts for line in part.twins)
    if twins:
        yield Finding(
            Severity.ERROR,
            'shared names',
            f'{len(twins)} files share their name, without its ending, with another of the folder',
            'image and mask are paired by that name, and predictions are saved under it, so a '
            'data set with such files is refused',
            'keep one of them or rename both it and its mask',
            twins,
        )
