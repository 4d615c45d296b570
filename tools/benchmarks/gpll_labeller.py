"""Measures the images a second that GPLL labels, step by step, with random weights.

The speed does not depend on the weights. ``--plain`` compares with the network as mmpretrain
builds it (batch norms not folded, channels first, one batch), in the same process; the maps of
both must agree. Each time is the shortest of several runs on one image.
"""

import argparse
import time
from collections.abc import Callable

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope
from timing import shortest
from torch import nn

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.pseudo_labels.class_activation import class_activation
from mmcrack.pseudo_labels.gpll import GPLLSettings, dark_pixels, gpll_maps
from mmcrack.pseudo_labels.localization import patch_localization
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier
from mmcrack.registry import MODELS
from mmcrack.synthesis import crack_photograph


class PlainClassifier(PatchClassifier):
    """The network as it is."""

    def __init__(self, model: nn.Module, batch_size: int) -> None:
        self.device, self.crack_index, self.batch_size = 'cpu', 1, batch_size
        self.model = model

    def prepare(self, images: torch.Tensor) -> torch.Tensor:
        """Contiguous, channels first."""
        return self.model.data_preprocessor({'inputs': images})['inputs'].contiguous()


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--config', default='configs/gpll/resnet50_crack500.py')
    parser.add_argument('--image', help='a photograph; default: a synthetic one')
    parser.add_argument(
        '--size', type=int, nargs=2, default=(384, 544), metavar=('HEIGHT', 'WIDTH')
    )
    parser.add_argument('--threads', type=int, default=2, help='of PyTorch and OpenCV')
    parser.add_argument('--batch-size', type=int, default=256, help='patches (default: 256)')
    parser.add_argument('--runs', type=int, default=5, help='runs of each step (default: 5)')
    parser.add_argument('--plain', action='store_true', help='compare with the plain network')
    return parser.parse_args()


def random_model(config: str) -> nn.Module:
    """The config's classifier with random weights, in eval mode."""
    cfg = Config.fromfile(config)
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmpretrain'):
        import mmpretrain.models  # noqa: F401  registers the classifiers

        backbone = {**cfg.model.backbone, 'init_cfg': None}
        model = {**cfg.model, 'backbone': backbone, 'data_preprocessor': cfg.data_preprocessor}
        return MODELS.build(model).eval().requires_grad_(False)


def steps(classifier: PatchClassifier, image: np.ndarray) -> dict[str, Callable[[], object]]:
    """What is measured."""
    return {
        'patches': lambda: patch_localization(classifier, image),
        'Grad-CAM++': lambda: class_activation(classifier, image),
        'thresholding': lambda: dark_pixels(image, GPLLSettings()),
        'label, all': lambda: gpll_maps(image, classifier).label,
    }


def main() -> None:
    """Measure, compare, print."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    cv2.setNumThreads(args.threads)
    image = cv2.imread(args.image) if args.image else crack_photograph(tuple(args.size), 0)[0]
    model = random_model(args.config)
    classifiers = {'ours': PatchClassifier(model, device='cpu', batch_size=args.batch_size)}
    if args.plain:
        classifiers['plain'] = PlainClassifier(model, 10**6)
        cells = [patch_localization(c, image) for c in classifiers.values()]
        activations = [class_activation(c, image) for c in classifiers.values()]
        for name, (ours, plain) in {'patches': cells, 'Grad-CAM++': activations}.items():
            print(f'{name}: largest difference {np.abs(ours - plain).max():.1e}')
    print(f'{image.shape[0]}×{image.shape[1]}, {args.config}, {args.threads} threads')
    for name, classifier in classifiers.items():
        for step, work in steps(classifier, image).items():
            seconds = shortest(work, args.runs, time.perf_counter)
            print(f'{name:6}{step:14}{seconds:7.2f} s  {1 / seconds:6.2f} images/s')


if __name__ == '__main__':
    main()
