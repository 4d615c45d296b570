"""Whether torchvision was built for the torch that is installed."""

import importlib.metadata as metadata
import re
from collections.abc import Iterator

from mmcrack.doctor.findings import Finding, Severity


def check_torchvision() -> Iterator[Finding]:
    """Releases that do not belong together, and compiled operators that do not load."""
    try:
        import torch
        import torchvision

        import mmcrack.compat  # noqa: F401  # makes torchvision importable
    except Exception:  # reported by the check of imports
        return
    yield from _releases(torch.__version__)
    if not _operators_load():
        yield Finding(
            Severity.NOTE,
            'torchvision operators',
            f'compiled operators of torchvision {torchvision.__version__} do not load beside '
            f'torch {torch.__version__}',
            'nothing in mmcrack, mmseg or mmpretrain needs them: mmcrack defines what their import '
            'asks for; detection models would fail',
            'nothing for mmcrack; else install the torchvision of the same build as torch',
        )


def _releases(torch_version: str) -> Iterator[Finding]:
    needs = metadata.requires('torchvision') or ()
    wanted = next(filter(None, (re.match(r'torch\s*\(?==([\d.]+)', need) for need in needs)), None)
    if wanted is not None and wanted[1] != torch_version.partition('+')[0]:
        yield Finding(
            Severity.ERROR,
            'torch and torchvision',
            f'torchvision {metadata.version("torchvision")} is made for torch {wanted[1]}, '
            f'torch {torch_version} is installed',
            'imports or operators fail, or give wrong results',
            'install the two together: pip install -c constraints.txt torch torchvision',
        )


def _operators_load() -> bool:
    import torch
    from torchvision.ops import nms

    try:
        return nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.ones(1), 0.5).tolist() == [0]
    except (NotImplementedError, RuntimeError):
        return False
