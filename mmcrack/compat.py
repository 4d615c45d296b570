"""Repairs of the platform; the first must run before anything imports torchvision.

Where torch is a CPU build and torchvision a CUDA build of the same release, torchvision's
compiled operators do not load and ``import torchvision`` stops at the registration of fake
kernels for an operator that was never defined. Of what we use, segment-anything's generator of
masks alone calls one of them, ``nms``, which gets a plain equivalent; else defining their schemas
is enough. Where the MM libraries are the maintained
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
    import torchvision

    torchvision.ops.nms = torchvision.ops.boxes.nms = plain_nms
    return True


def plain_nms(boxes: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Non-maximum suppression, as torchvision's ``nms``.

    Args:
        boxes: Left, top, right, bottom, (N, 4).
        scores: (N,).
        iou_threshold: Of two boxes with a larger IoU, the one of the lower score goes.

    Returns:
        Indices of the boxes that stay, by falling score.
    """
    order = scores.argsort(descending=True, stable=True)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    kept = []
    while len(order):
        best, order = order[0], order[1:]
        kept.append(best)
        corner = torch.maximum(boxes[best, :2], boxes[order, :2])
        sides = torch.minimum(boxes[best, 2:], boxes[order, 2:]) - corner
        shared = sides.clamp(min=0).prod(1)
        order = order[shared <= iou_threshold * (areas[best] + areas[order] - shared)]
    return torch.stack(kept) if kept else order


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
