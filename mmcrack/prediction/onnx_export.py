"""A segmentor as one ONNX graph: image in, crack probability out."""

import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mmcrack.models.layers.sam_attention import SAMAttention

INPUT, OUTPUT = 'image', 'probability'


class ProbabilityGraph(nn.Module):
    """A segmentor with its data preprocessor before it and the activation behind.

    Args:
        model: mmseg's ``EncoderDecoder``, in eval mode.
        dynamic: whether images of any size will come; they are then not padded, and their sides
            must be multiples of the preprocessor's ``size_divisor``.

    Raises:
        ValueError: the model pads to a fixed size, works by sliding windows, or has a
            postprocessing that a graph does not hold.
    """

    def __init__(self, model: nn.Module, *, dynamic: bool = False) -> None:
        super().__init__()
        _require_plain(model, dynamic)
        _use_plain_attention(model)
        self.model = model
        self.dynamic = dynamic
        preprocessor = model.data_preprocessor
        self.swap_channels = preprocessor._channel_conversion
        self.divisor = (preprocessor.test_cfg or {}).get('size_divisor') or 1
        self.pad_value = preprocessor.pad_val
        normalizes = preprocessor._enable_normalize
        self.register_buffer('mean', preprocessor.mean.clone() if normalizes else torch.zeros(1))
        self.register_buffer('std', preprocessor.std.clone() if normalizes else torch.ones(1))

    def forward(self, image: Tensor) -> Tensor:
        """Predict.

        Args:
            image: (1, 3, H, W) float32 in [0, 255], BGR as OpenCV reads it.

        Returns:
            (1, 1, H, W) in [0, 1].
        """
        height, width = image.shape[-2:]
        x = image.flip(1) if self.swap_channels else image
        x = (x - self.mean) / self.std
        if not self.dynamic:
            padding = (0, -width % self.divisor, 0, -height % self.divisor)
            x = F.pad(x, padding, value=self.pad_value)
        size = x.shape[-2:]
        meta = dict(ori_shape=size, img_shape=size, pad_shape=size)
        logits = self.model.encode_decode(x, [meta] * len(x))[..., :height, :width]
        return logits.sigmoid() if logits.shape[1] == 1 else logits.softmax(1)[:, 1:]

    def example(self, size: tuple[int, int]) -> Tensor:
        """An image of smooth noise, (1, 3, H, W)."""
        generator = torch.Generator().manual_seed(0)
        coarse = torch.rand(1, 3, *(max(side // 8, 1) for side in size), generator=generator)
        return 255 * F.interpolate(coarse, size, mode='bilinear')


def _use_plain_attention(model: nn.Module) -> None:
    """SAM's lighter kernels are operators of our own, which no other runtime has."""
    for module in model.modules():
        if isinstance(module, SAMAttention):
            module.kernel = 'official'


def _require_plain(model: nn.Module, dynamic: bool) -> None:
    test_cfg = getattr(model.data_preprocessor, 'test_cfg', None) or {}
    reasons = {
        'data_preprocessor.test_cfg.size: use size_divisor, or none': test_cfg.get('size'),
        "test_cfg.mode='slide': set 'whole'": model.test_cfg.get('mode', 'whole') == 'slide',
        'test_cfg.erode: set 0, and erode what comes out': getattr(model, 'erosions', 0),
        'position tables for images of any size: export one size': dynamic
        and any(isinstance(module, SAMAttention) for module in model.modules()),
    }
    for reason, found in reasons.items():
        if found:
            raise ValueError(f'the graph does not hold {reason}')


def export_graph(graph: ProbabilityGraph, file: Path, size: tuple[int, int]) -> None:
    """Write the ONNX file.

    Args:
        graph: The model.
        file: Where to.
        size: Height and width of the images; of the example for a dynamic graph.
    """
    free = torch.export.Dim.DYNAMIC
    shapes = {'image': {2: free, 3: free}} if graph.dynamic else None
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter('ignore')  # of the exporter, about itself
        graph(graph.example(size))  # what is computed once, such as CLIP's text features, is then
        torch.onnx.export(
            graph,
            (graph.example(size),),
            str(file),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes=shapes,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def largest_difference(graph: ProbabilityGraph, file: Path, size: tuple[int, int]) -> float:
    """Between PyTorch's probabilities and onnxruntime's, on images of noise.

    Raises:
        ModuleNotFoundError: onnxruntime is not installed.
    """
    import onnxruntime  # an optional requirement

    session = onnxruntime.InferenceSession(str(file), providers=['CPUExecutionProvider'])
    images = graph.example(size)
    with torch.inference_mode():
        expected = graph(images).numpy()
    (found,) = session.run([OUTPUT], {INPUT: images.numpy()})
    if found.shape != expected.shape:
        raise ValueError(f'{file}: gives {found.shape}, PyTorch {expected.shape}')
    return float(np.abs(found - expected).max())
