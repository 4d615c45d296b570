"""A classifier of patches, crack or none, ready to look for cracks in whole photographs."""

import copy

import torch
from mmcv.cnn.utils import fuse_conv_bn
from mmengine.device import get_device
from mmengine.logging import print_log
from torch import Tensor, nn

from mmcrack.models.from_checkpoint import classifier_from_checkpoint
from mmcrack.models.layers.small_map_conv import with_small_map_convolutions

_PURPOSE = (
    'the patch classifier of a labeller (its checkpoint); configs/gpll/resnet50_crack500.py and '
    'its neighbors train one'
)


class PatchClassifier:
    """mmpretrain's image classifier of two classes, prepared for fast inference.

    Batch norms are folded into the convolutions, memory is laid out channels last, and the
    convolutions of a patch's last, tiny maps are matrix products; none of it changes the outputs
    beyond rounding.

    Args:
        model: An ``ImageClassifier`` whose ``forward`` gives two logits. It is not changed.
        crack_index: Which of them is the crack's.
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.
        batch_size: Most patches that are classified at once.
    """

    def __init__(
        self,
        model: nn.Module,
        crack_index: int = 1,
        *,
        device: str | None = None,
        batch_size: int = 256,
    ) -> None:
        self.device = device or get_device()
        self.crack_index = crack_index
        self.batch_size = batch_size
        model = copy.deepcopy(model).eval().requires_grad_(False)
        model = with_small_map_convolutions(with_folded_batch_norm(model))
        self.model = model.to(self.device, memory_format=torch.channels_last)

    @classmethod
    def from_checkpoint(
        cls, checkpoint: str, *, crack_class: str = 'crack', **options
    ) -> 'PatchClassifier':
        """Build from a checkpoint of a Runner, by the config and class names inside.

        Args:
            checkpoint: Path or URL.
            crack_class: Name of the crack class in the training set.
            **options: ``device`` and ``batch_size``.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the checkpoint is no classifier of ours, has other than two classes, or
                none of that name.
        """
        model, classes = classifier_from_checkpoint(checkpoint, _PURPOSE)
        if not classes:
            raise ValueError(f'{checkpoint}: does not name its classes; it should be {_PURPOSE}')
        if len(classes) != 2:
            raise ValueError(
                f'{checkpoint}: a classifier of {len(classes)} classes ({", ".join(classes)}); '
                'labels are made with one of two, crack and none'
            )
        if crack_class not in classes:
            raise ValueError(
                f'{checkpoint}: its classes are {" and ".join(classes)}; say which is the crack '
                'by crack_class=…'
            )
        return cls(model, classes.index(crack_class), **options)

    def prepare(self, images: Tensor) -> Tensor:
        """The network's input, (N, 3, H, W) float32, of BGR images of that shape in [0, 255]."""
        inputs = self.model.data_preprocessor({'inputs': images.to(self.device)})['inputs']
        return inputs.contiguous(memory_format=torch.channels_last)

    @torch.inference_mode()
    def crack_probabilities(self, images: Tensor) -> Tensor:
        """Probability of crack, (N,) on the CPU, for BGR images (N, 3, H, W) in [0, 255].

        ``images`` may be a view; batches are copied one by one.
        """
        parts = [
            self.model(self.prepare(batch), mode='tensor').softmax(1)[:, self.crack_index].cpu()
            for batch in images.split(self.batch_size)
        ]
        return torch.cat(parts)

    def features(self, image: Tensor) -> Tensor:
        """The last feature map of the backbone, (N, C, h, w), without gradients.

        Raises:
            ValueError: the backbone's last output is no map.
        """
        with torch.no_grad():
            features = self.model.extract_feat(self.prepare(image), stage='backbone')[-1]
        if features.ndim != 4:
            raise ValueError(
                f'the last output of the {type(self.model.backbone).__name__} is of shape '
                f'{tuple(features.shape)}; class activation needs a feature map N×C×H×W'
            )
        return features

    def logits(self, features: Tensor) -> Tensor:
        """(N, 2) of feature maps (N, C, h, w): the part of the network after the backbone."""
        outputs = (features,)
        return self.model.head(outputs if self.model.neck is None else self.model.neck(outputs))


def with_folded_batch_norm(model: nn.Module) -> nn.Module:
    """The model with batch norms folded into the convolutions before them, if that is possible.

    Some networks do not compute in the order in which their parts are listed; folding by that
    order would change them. Then the model comes back as it is, and the log says so.
    """
    folded = fuse_conv_bn(copy.deepcopy(model))
    probe = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        before, after = model(probe, mode='tensor'), folded(probe, mode='tensor')
    if torch.allclose(before, after, rtol=1e-3, atol=1e-3 * float(before.abs().max())):
        return folded
    print_log(f'{type(model.backbone).__name__}: batch norms cannot be folded', logger='current')
    return model
