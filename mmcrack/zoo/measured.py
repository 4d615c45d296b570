"""What a test or an evaluation of labels gives."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import nn


class Measured(NamedTuple):
    """One method on one data set.

    Attributes:
        figures: In percent, without the protocol's name.
        parameters: Of the networks that predicted.
        images_per_second: Without reading files and without scoring.
        dropped: Photographs without a label.
    """

    figures: dict[str, float]
    parameters: int
    images_per_second: float
    dropped: int = 0


class Stopwatch:
    """Times predictions; the first one warms up and does not count where there are others."""

    def __init__(self) -> None:
        self.laps: list[tuple[int, float]] = []

    @contextmanager
    def lap(self, images: int) -> Iterator[None]:
        """Time one prediction of so many photographs."""
        start = _now()
        yield
        self.laps.append((images, _now() - start))

    def images_per_second(self) -> float:
        """Over all laps, to four digits."""
        laps = self.laps[1:] or self.laps
        images, seconds = (sum(column) for column in zip(*laps, strict=True))
        return float(f'{images / seconds:.4g}')


def _now() -> float:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def count_parameters(model: nn.Module) -> int:
    """Parameters of what predicts: of a mean teacher's teacher, without auxiliary heads."""
    model = getattr(model, 'teacher', model)
    total = _size(model)
    auxiliary = getattr(model, 'auxiliary_head', None)
    return total - _size(auxiliary) if isinstance(auxiliary, nn.Module) else total


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
