"""Whether the libraries import, one after the other."""

import importlib
from collections.abc import Iterator

from mmcrack.doctor.findings import Finding, Severity

_MODULES = (  # each needs those before it
    'numpy',
    'cv2',
    'torch',
    'mmcrack.compat',  # makes torchvision importable
    'torchvision',
    'mmengine',
    'mmcv',
    'mmpretrain',
    'mmseg',
    'mmcrack.engine',
    'mmcrack.datasets',
    'mmcrack.models',
)
_REMEDIES = {
    'numpy': 'pip install --force-reinstall numpy',
    'cv2': 'pip install --force-reinstall opencv-python; "libGL.so.1" missing: install libgl1',
    'torch': 'install torch again as its site says for this system and driver',
    'mmcrack.compat': 'install torchvision for the torch that is here; constraints.txt has a pair',
    'torchvision': 'install torchvision for the torch that is here; constraints.txt has a pair',
}


def check_imports() -> Iterator[Finding]:
    """A finding for each library that does not import; the first is mostly the cause."""
    for name in _MODULES:
        try:
            importlib.import_module(name)
        except Exception as error:  # a broken library raises anything
            yield Finding(
                Severity.ERROR,
                'imports',
                f'import {name}: {type(error).__name__}: {error}',
                'whatever uses it stops with this error; later ones may follow from it',
                _REMEDIES.get(name, f'pip install --force-reinstall {_package(name)}'),
            )


def _package(module: str) -> str:
    if module.startswith('mmcrack.'):
        return "-e '.[test]' in the repository of mmcrack"
    return {'mmseg': 'onedl-mmsegmentation'}.get(module, f'onedl-{module}')
