"""Repairs of the platform; the first must run before anything imports torchvision.

Where torch is a CPU build and torchvision a CUDA build of the same release, torchvision's
compiled operators do not load and ``import torchvision`` stops at the registration of fake
kernels for an operator that was never defined. Nothing in mmcrack, mmseg or mmpretrain calls
those operators, so defining their schemas is enough. Where the MM libraries are the maintained
forks, MMEngine does not find their configs by itself. On other installs this does nothing.
"""

import importlib.metadata
import sys

import torch
from mmengine.config.utils import MODULE2PACKAGE

_MISSING_OPERATOR = 'operator torchvision::nms does not exist'
_SCHEMAS = (
    'nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
    'qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
)
_FORKS = {'mmseg': 'onedl-mmsegmentation', 'mmpretrain': 'onedl-mmpretrain'}
_library: list[torch.library.Library] = []  # torch drops the schemas with the object


def make_torchvision_importable() -> bool:
    """Import torchvision, defining its missing operator schemas if that is all that fails.

    Returns:
        Whether a repair was needed.

    Raises:
        RuntimeError: torchvision fails to import for any other reason.
    """
    try:
        import torchvision
    except RuntimeError as error:
        if _MISSING_OPERATOR not in str(error):
            raise
    else:
        return False
    for name in [m for m in sys.modules if m.split('.')[0] == 'torchvision']:
        del sys.modules[name]
    library = torch.library.Library('torchvision', 'DEF')
    for schema in _SCHEMAS:
        library.define(schema)
    _library.append(library)
    import torchvision  # noqa: F401

    return True


make_torchvision_importable()


def find_configs_of_forks() -> list[str]:
    """Let configs inherit from ``mmseg::…`` and ``mmpretrain::…`` where the forks are installed.

    MMEngine looks such a config up under the distribution's name, and knows the originals' alone.

    Returns:
        The modules whose name was set right.
    """
    found = []
    for module, fork in _FORKS.items():
        if MODULE2PACKAGE.get(module) != fork and _is_installed(fork):
            MODULE2PACKAGE[module] = fork
            found.append(module)
    return found


def _is_installed(distribution: str) -> bool:
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


find_configs_of_forks()
