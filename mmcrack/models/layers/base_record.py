"""What frozen weights adapters belong to: a fingerprint, and its record in checkpoints.

A checkpoint of adapters alone is only right on the weights they were trained on. So it records
what they are, as one small tensor that any checkpoint reader can carry: JSON in bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

RECORD = 'base_record'  # the tensor's name in a state dict


class BaseRecord(NamedTuple):
    """Which base weights adapters belong to.

    Args:
        sha256: :func:`fingerprint` of the frozen tensors.
        checkpoint: File that they came from.
        prefix: Prefix of their names in the file.
    """

    sha256: str
    checkpoint: str
    prefix: str | None

    def to_tensor(self) -> Tensor:
        """The record as uint8, for a state dict."""
        return torch.tensor(list(json.dumps(self._asdict()).encode()), dtype=torch.uint8)

    @classmethod
    def from_tensor(cls, tensor: Tensor) -> 'BaseRecord':
        """Read the record back from a state dict."""
        return cls(**json.loads(bytes(tensor.tolist()).decode()))


def fingerprint(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, dtypes, shapes and bytes of tensors, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu()
        digest.update(f'{name} {tensor.dtype} {tuple(tensor.shape)}\n'.encode())
        digest.update(tensor.flatten().view(torch.uint8).numpy())
    return digest.hexdigest()
