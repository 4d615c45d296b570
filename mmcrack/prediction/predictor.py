"""The crack probability of photographs of any size, from a model and its test pipeline."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import cached_property
from math import lcm
from typing import Any

import cv2
import numpy as np
import torch
from mmcv.transforms import LoadAnnotations, LoadImageFromFile, TestTimeAug
from mmengine.dataset import Compose
from mmengine.model import BaseTTAModel
from mmengine.registry import TRANSFORMS, DefaultScope
from torch import Tensor, nn

from mmcrack.datasets.masks import size_text
from mmcrack.datasets.transforms import PackCrackInputs
from mmcrack.evaluation.crack_metric import probability_map
from mmcrack.utils.tiling import check_tiles, tile_spans, tiled_strips

from .context import context_margin
from .photographs import Photograph

_STRIDE = 32  # of the coarsest level of usual networks
_LOADED_KEYS = ('img_path', 'img', 'img_shape', 'ori_shape')


class Predictor:
    """Applies a segmentor as a test does: its test pipeline, its data preprocessor, its head.

    A photograph of no more pixels than a tile goes through whole, and the result is that of
    ``tools/test.py``. A larger one is cut into overlapping tiles, each of which goes through the
    same pipeline, and is never in memory as a map. Where the network's view is limited, tiles
    begin at multiples of its stride and overlap by more than twice that view, and what a tile
    computes near its border counts nothing: the result is the whole image's. Where it is not
    (attention over the whole image, image pooling, a pipeline that resizes or augments), tiles are
    blended smoothly and differ from the whole image.

    Args:
        model: A segmentor with weights, in eval mode, on its device; or one that is wrapped in
            test-time augmentation.
        pipeline: The test pipeline of its config, or its ``tta_pipeline``.
        scope: The config's default scope.
        tile: Side of the tiles in pixels, rounded up to a multiple of the network's stride; 0
            predicts every photograph whole.
        overlap: Pixels that neighbouring tiles share, rounded up alike; by default what makes
            tiles exact, or a quarter of the tile where nothing up to half of it does.
        amp: Whether to use automatic mixed precision.

    Raises:
        ValueError: the tile and the overlap do not fit, or the pipeline does not begin with
            ``LoadImageFromFile`` of color or gray images.
    """

    def __init__(
        self,
        model: nn.Module,
        pipeline: Sequence[dict[str, Any]],
        *,
        scope: str = 'mmseg',
        tile: int = 1024,
        overlap: int | None = None,
        amp: bool = False,
    ) -> None:
        self.model = model
        self.amp = amp
        self.device = next(model.parameters()).device
        with DefaultScope.overwrite_default_scope(scope):
            steps = [TRANSFORMS.build(copy.deepcopy(step)) for step in pipeline]
        self._gray = _reads_gray(steps)
        steps = _without_annotations(steps[1:])
        self._pipeline = Compose(steps)
        # any other step may resize, so that tiles are not parts of what a test sees
        self._native = all(type(step) in _packers() for step in steps)
        self.divisor = _divisor(model) if self._native else 1
        self.tile = _round_up(tile, self.divisor)
        self._overlap = None if overlap is None else _round_up(overlap, self.divisor)
        if self.tile:
            check_tiles(self.tile, self._overlap or 0, self.divisor)

    @property
    def threshold(self) -> float:
        """The probability above which the model, or else its head, calls a pixel crack."""
        augmented = isinstance(self.model, BaseTTAModel)
        decides = self.model if augmented else self.model.decode_head
        threshold = getattr(decides, 'threshold', None)
        return 0.5 if threshold is None else float(threshold)

    @cached_property
    def margin(self) -> int | None:
        """Width of the border of a tile that differs from the whole image; None where all may."""
        return context_margin(self.window, self.tile, self.divisor) if self._native else None

    @cached_property
    def overlap(self) -> int:
        """Pixels that neighbouring tiles share: what makes them exact, up to half a tile."""
        if self._overlap is not None:
            return self._overlap
        exact = None if self.margin is None else _round_up(2 * self.margin + 1, self.divisor)
        quarter = _round_up(self.tile // 4, self.divisor)
        return quarter if exact is None or exact > self.tile // 2 else exact

    @property
    def exact(self) -> bool:
        """Whether tiles give what the whole image would."""
        return self.margin is not None and 2 * self.margin < self.overlap

    def is_tiled(self, photograph: Photograph) -> bool:
        """Whether the photograph is larger than a tile."""
        return 0 < self.tile**2 < photograph.height * photograph.width

    def strip_count(self, photograph: Photograph) -> int:
        """The number of strips that :meth:`strips` will yield."""
        if not self.is_tiled(photograph):
            return 1
        return len(tile_spans(photograph.height, self.tile, self.overlap, self.divisor))

    def strips(self, photograph: Photograph) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Predict a photograph from top to bottom.

        Yields:
            For consecutive rows, their probabilities, float32 n×W, and their pixels, BGR uint8
            n×W×3.
        """
        if not self.is_tiled(photograph):
            image = photograph.rows(0, photograph.height)
            yield self.window(image, str(photograph.path)).numpy(), image
            return
        band = _Band(photograph)
        strips = tiled_strips(
            lambda rows, columns: self.window(band[rows, columns], str(photograph.path)),
            (photograph.height, photograph.width),
            tile=self.tile,
            overlap=self.overlap,
            divisor=self.divisor,
            margin=self.margin if self.exact else self.overlap // 4,
        )
        for start, prob in strips:
            prob = prob.clamp_(0, 1).numpy()  # the weights' sum may be 1 + 1e-7
            yield prob, band.rows(start, start + len(prob))

    def window(self, image: np.ndarray, name: str = 'image') -> Tensor:
        """The probability of a crack in an image that is taken as a whole.

        Args:
            image: BGR H×W×3, uint8 or float32 in [0, 255].
            name: What errors call it.

        Returns:
            float32 H×W, on the CPU.

        Raises:
            RuntimeError: the model fails on it.
            ValueError: the model's prediction is no map of that size.
        """
        if self._gray:
            image = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        size = image.shape[:2]
        try:
            sample = self._test(image, name)
        except Exception as error:  # whatever a model raises, for instance for lack of memory
            raise RuntimeError(
                f'{name}: predicting {size_text(*size)} pixels failed '
                f'({type(error).__name__}: {error}); where memory is short, give a smaller --tile'
            ) from error
        prob = probability_map(sample, name)
        if prob.shape != size:
            raise ValueError(f'{name}: {size}, its prediction is {prob.shape}')
        return torch.from_numpy(prob)

    def _test(self, image: np.ndarray, name: str) -> dict[str, Any]:
        """The prediction as a test loop gets it."""
        size = image.shape[:2]
        packed = self._pipeline(dict(zip(_LOADED_KEYS, (name, image, size, size), strict=True)))
        batch = {
            key: [[view] for view in value] if isinstance(self.model, BaseTTAModel) else [value]
            for key, value in packed.items()
        }
        precision = torch.autocast(self.device.type) if self.amp else nullcontext()
        with torch.inference_mode(), precision:
            (sample,) = self.model.test_step(batch)
        return sample.to_dict()


class _Band:
    """Rows of a photograph, read once for all tiles of a row of tiles."""

    def __init__(self, photograph: Photograph) -> None:
        self._photograph = photograph
        self._start = self._stop = 0
        self._pixels = np.empty((0, photograph.width, 3), np.uint8)

    def rows(self, start: int, stop: int) -> np.ndarray:
        if not self._start <= start <= stop <= self._stop:
            kept = self._pixels[max(start - self._start, 0) :] if start >= self._start else None
            if kept is None or not len(kept):
                self._pixels = self._photograph.rows(start, stop)
            else:
                more = self._photograph.rows(self._stop, stop)
                self._pixels = np.concatenate([kept, more])
            self._start, self._stop = start, stop
        return self._pixels[start - self._start : stop - self._start]

    def __getitem__(self, window: tuple[slice, slice]) -> np.ndarray:
        rows, columns = window
        return np.ascontiguousarray(self.rows(rows.start, rows.stop)[:, columns])


def _reads_gray(steps: list[Any]) -> bool:
    loader = steps[0] if steps else None
    kind = getattr(loader, 'color_type', None)
    if not isinstance(loader, LoadImageFromFile) or kind not in ('color', 'grayscale'):
        raise ValueError(
            'test pipeline: must begin with LoadImageFromFile of color or grayscale images, not '
            f'{loader!r}'
        )
    return kind == 'grayscale'


def _without_annotations(steps: Sequence[Any]) -> list[Any]:
    """Steps that need no mask; what augments loses those within it."""
    for step in steps:
        if isinstance(step, TestTimeAug):
            for views in step.subroutines:
                views.transforms = _without_annotations(views.transforms)
    return [step for step in steps if not isinstance(step, LoadAnnotations)]


def _packers() -> tuple[type, ...]:
    from mmseg.datasets.transforms import PackSegInputs  # slow, so only here

    return PackSegInputs, PackCrackInputs


def _divisor(model: nn.Module) -> int:
    preprocessor = getattr(model, 'data_preprocessor', None)
    padded = (getattr(preprocessor, 'test_cfg', None) or {}).get('size_divisor')
    return lcm(_STRIDE, padded or 1)


def _round_up(value: int, divisor: int) -> int:
    return -(-value // divisor) * divisor
