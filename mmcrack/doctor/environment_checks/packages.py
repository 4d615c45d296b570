"""What is installed, by the metadata of the packages: nothing is imported."""

import importlib.metadata as metadata
from collections.abc import Iterator

from mmcrack.doctor.findings import Fact, Finding, Severity

_FORKS = {  # name: the originals that own the same folder
    'onedl-mmcv': ('mmcv', 'mmcv-full', 'mmcv-lite'),
    'onedl-mmengine': ('mmengine', 'mmengine-lite'),
    'onedl-mmpretrain': ('mmpretrain', 'mmcls'),
    'onedl-mmsegmentation': ('mmsegmentation',),
}
_OPENCV = (
    'opencv-python',
    'opencv-python-headless',
    'opencv-contrib-python',
    'opencv-contrib-python-headless',
)


def installed(name: str) -> str | None:
    """Version of an installed package, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def check_requirements() -> Iterator[Fact | Finding]:
    """Whether what mmcrack needs is there, in versions that it is made for."""
    version = installed('mmcrack')
    yield Fact('mmcrack', version or 'not installed')
    if version is None:
        yield Finding(
            Severity.WARNING,
            'mmcrack',
            'mmcrack is not installed in this environment',
            'scripts outside the repository do not find it, and its needs are not checked here',
            "pip install -c constraints.txt -e '.[test]' in the repository",
        )
        return
    from packaging.requirements import Requirement

    for text in metadata.requires('mmcrack') or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            yield from _compare(requirement)


def _compare(requirement) -> Iterator[Fact | Finding]:
    version = installed(requirement.name)
    yield Fact(requirement.name, version or 'missing')
    if version is None:
        severity, what = Severity.ERROR, f'{requirement.name} is missing'
        if any(installed(other) for other in _FORKS.get(requirement.name, ())):
            severity = Severity.NOTE  # the original stands in for it, which has its own finding
    elif not requirement.specifier.contains(version, prereleases=True):
        severity, what = Severity.WARNING, f'{requirement.name} {version} is installed'
    else:
        return
    yield Finding(
        severity,
        'versions',
        f'{what}, mmcrack needs {requirement.name}{requirement.specifier}',
        'parts of mmcrack may not import or behave otherwise than tested',
        f'pip install "{requirement.name}{requirement.specifier}"',
    )


def check_forks() -> Iterator[Finding]:
    """The original MM libraries instead of, or beside, the maintained forks."""
    for fork, originals in _FORKS.items():
        for original in originals:
            version = installed(original)
            if version is None:
                continue
            if installed(fork) is not None:
                yield _both(fork, original)
            else:
                yield _original_alone(fork, original, version)


def _both(fork: str, original: str) -> Finding:
    return Finding(
        Severity.ERROR,
        'fork and original',
        f'{fork} and {original} are both installed',
        'they own the same folder, whichever came last has overwritten files of the other',
        f'pip uninstall -y {original} {fork} && pip install {fork}; or a fresh environment',
    )


def _original_alone(fork: str, original: str, version: str) -> Finding:
    return Finding(
        Severity.WARNING,
        'original MM library',
        f'{original} {version} is installed instead of {fork}',
        'the originals do not build under current setuptools and cannot load their own '
        'checkpoints under torch 2.6 and later',
        f'use a fresh environment with {fork}; or, to stay with the originals, compiled '
        'mmcv >= 2.0 and torch < 2.6',
    )


def check_opencv() -> Iterator[Finding]:
    """Several builds of OpenCV, which own the same folder."""
    there = [name for name in _OPENCV if installed(name) is not None]
    if len(there) > 1:
        yield Finding(
            Severity.WARNING,
            'several OpenCVs',
            f'{" and ".join(there)} are installed together',
            'they own the same cv2 folder: versions mix, and removing one breaks the other',
            f'pip uninstall -y {" ".join(there)} && pip install opencv-python',
        )
