"""GPUs: seen, and able to compute."""

import shutil
from collections.abc import Iterator

from mmcrack.doctor.findings import Fact, Finding, Severity


def check_accelerator() -> Iterator[Fact | Finding]:
    """Each GPU with its memory; a product in bfloat16 on it; a driver without a fitting torch."""
    try:
        import torch
    except Exception:  # reported by the check of imports
        return
    if not torch.cuda.is_available():
        yield Fact('GPU', 'none that torch can use; the *_small configs are made for that')
        yield from _unused_driver(torch)
        return
    for index in range(torch.cuda.device_count()):
        yield from _device(torch, index)


def _unused_driver(torch) -> Iterator[Finding]:
    if shutil.which('nvidia-smi') is None:
        return
    build = torch.version.cuda
    yield Finding(
        Severity.WARNING,
        'GPU not used',
        'nvidia-smi is here, yet torch finds no GPU; '
        + (f'torch is built for CUDA {build}' if build else 'torch is a build for the CPU'),
        'everything runs on the CPU, tens of times slower',
        'nvidia-smi must list the GPU (driver, container with --gpus all, CUDA_VISIBLE_DEVICES); '
        'then install the torch that is built for the driver',
    )


def _device(torch, index: int) -> Iterator[Fact | Finding]:
    properties = torch.cuda.get_device_properties(index)
    try:
        free, total = torch.cuda.mem_get_info(index)
        ones = torch.ones(64, 64, device=f'cuda:{index}', dtype=torch.bfloat16)
        right = bool(((ones @ ones) == 64).all())
    except RuntimeError as error:
        yield _broken(f'{properties.name} (cuda:{index}) does not compute: {error}')
        return
    if not right:
        yield _broken(f'{properties.name} (cuda:{index}) computes wrongly in bfloat16')
    native = 'natively' if properties.major >= 8 else 'emulated, slow'
    yield Fact(
        f'GPU {index}',
        f'{properties.name}, {free / 2**30:.1f} of {total / 2**30:.1f} GiB free, bfloat16 {native}',
    )


def _broken(what: str) -> Finding:
    return Finding(
        Severity.ERROR,
        'GPU',
        what.splitlines()[0],
        'trainings on this GPU stop or are wrong',
        'compare the driver (nvidia-smi) with the CUDA that torch is built for, end processes '
        'that fill its memory, or hide it (CUDA_VISIBLE_DEVICES)',
    )
