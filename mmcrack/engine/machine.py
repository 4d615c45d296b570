"""What computes here: it goes beside every time that is measured."""

import os
import platform
from pathlib import Path
from typing import Any

import torch
from mmengine.dist import get_world_size

from .records import read_record


def processor() -> str:
    """The processor's model."""
    table = Path('/proc/cpuinfo')
    lines = table.read_text().splitlines() if table.is_file() else []
    names = [line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor() or platform.machine()


def this_machine() -> dict[str, Any]:
    """Processor, cores, GPU (None: not used), ranks, and the threads of PyTorch in each."""
    return {
        'cpu': processor(),
        'cores': os.cpu_count(),
        'gpu': torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        'threads': torch.get_num_threads(),
        'ranks': get_world_size(),
    }


def machines_so_far(record: Path, *, resumed: bool) -> list[dict[str, Any]]:
    """The machines on which the parts of a job ran, this one included.

    Args:
        record: Of the job, with ``machines``.
        resumed: Whether earlier parts count.

    Returns:
        One dict a machine, in order; an empty one stands for parts that did not tell.
    """
    earlier = read_record(record) if resumed else None
    machines = [] if earlier is None else earlier.get('machines', [{}])
    here = this_machine()
    return machines if here in machines else [*machines, here]
