"""The files that one photograph's prediction is kept in, written by strips."""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import numpy as np

from mmcrack.evaluation.map_files import map_steps

from .png_rows import PngRows

FOLDERS = {'map': 'maps', 'mask': 'masks', 'overlay': 'overlays'}
_BLOCK = 64  # rows that are converted at once; the conversions take several times their memory
_RED = np.array([255, 0, 0], np.uint16)


class OutputError(OSError):
    """A file of a prediction cannot be written."""


def output_paths(out: Path, name: str, kinds: Collection[str]) -> dict[str, Path]:
    """The files of the photograph called ``name``, by kind: map, mask and overlay."""
    return {kind: out / FOLDERS[kind] / f'{name}.png' for kind in kinds}


class PredictionFiles:
    """Writes the files of one photograph; they appear together, at the end of the ``with``.

    - map: gray, round(255·p), or of 16 bits, as ``tools/test.py --out`` writes it;
    - mask: gray, 255 where p > threshold, else 0;
    - overlay: the photograph, with the mask in red, half transparent.

    Args:
        paths: files by kind; their folders are made.
        size: height and width.
        threshold: of the mask.
        bits: of the map, 8 or 16.

    Raises:
        OutputError: a file cannot be written, at any time; nothing incomplete is left.
    """

    def __init__(
        self, paths: dict[str, Path], size: tuple[int, int], *, threshold: float, bits: int = 8
    ) -> None:
        self._paths = paths
        self._size = size
        self._threshold = threshold
        self._bits = bits
        self._partials = {
            kind: path.with_name(f'.{path.name}.{os.getpid()}.partial')
            for kind, path in paths.items()
        }

    def __enter__(self) -> 'PredictionFiles':
        self._files, self._pictures = {}, {}
        try:
            for kind, partial in self._partials.items():
                partial.parent.mkdir(parents=True, exist_ok=True)
                self._files[kind] = partial.open('wb')
                self._pictures[kind] = self._picture(kind)
        except BaseException as error:
            self._discard()
            self._explain(error)
            raise
        return self

    def _picture(self, kind: str) -> PngRows:
        style = dict(channels=3, level=1) if kind == 'overlay' else {}
        bits = self._bits if kind == 'map' else 8
        return PngRows(self._files[kind], *self._size, bits=bits, **style)

    def add(self, prob: np.ndarray, photograph: np.ndarray) -> None:
        """Append a strip.

        Args:
            prob: n×W in [0, 1].
            photograph: BGR uint8, n×W×3.
        """
        for start in range(0, len(prob), _BLOCK):
            rows = slice(start, start + _BLOCK)
            self._add_block(prob[rows], photograph[rows])

    def _add_block(self, prob: np.ndarray, photograph: np.ndarray) -> None:
        mask = prob > self._threshold
        for kind, picture in self._pictures.items():
            if kind == 'map':
                picture.write(map_steps(prob, self._paths[kind], bits=self._bits))
            elif kind == 'mask':
                picture.write(mask.astype(np.uint8) * 255)
            else:
                picture.write(overlay(photograph, mask))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._publish()
        except BaseException as failure:
            error = failure
            raise
        finally:
            self._discard()
            self._explain(error)

    def _publish(self) -> None:
        for kind, picture in self._pictures.items():
            picture.finish()
            self._files[kind].close()
        for kind, partial in self._partials.items():
            os.replace(partial, self._paths[kind])

    def _discard(self) -> None:
        for file in self._files.values():
            with suppress(OSError):  # what is still buffered does not fit a full disk either
                file.close()
        for partial in self._partials.values():
            if partial.parent.is_dir():
                partial.unlink(missing_ok=True)

    def _explain(self, error: BaseException | None) -> None:
        if isinstance(error, OSError) and not isinstance(error, OutputError):
            raise OutputError(
                f'{next(iter(self._paths.values()))}: cannot be written '
                f'({error.strerror or error}); nothing incomplete is left. Make room or choose '
                'another --out, and run the same command again'
            ) from error


def overlay(photograph: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """RGB uint8 n×W×3: the BGR photograph, half red where ``mask`` (n×W) is true."""
    rgb = photograph[..., ::-1].copy()
    rgb[mask] = (rgb[mask] + _RED) // 2
    return rgb
