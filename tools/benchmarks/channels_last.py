"""What ChannelsLastHook gains: a training step and a prediction with weights in both orders.

Forward and backward, and forward alone, of a config's model on random images, the orders in turn in
one process. Time on a CPU is that of the process and not of the clock, so that other programs
disturb less; the shortest of several runs counts. Ratios are the usual order's time over channels
last.
"""

import argparse
import copy
import time

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import torch
from mmengine.config import Config
from mmengine.model import revert_sync_batchnorm
from mmengine.registry import MODELS, init_default_scope
from timing import shortest
from torch import nn


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'configs',
        nargs='*',
        default=[
            'configs/annotation_free/effnet_deepcrack_round1.py',
            'configs/annotation_free/unet_deepcrack_round1.py',
        ],
    )
    parser.add_argument('--batch', type=int, default=4, help='images (default: 4)')
    parser.add_argument('--size', type=int, default=256, help='side of an image (default: 256)')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    parser.add_argument('--repeats', type=int, default=5)
    return parser.parse_args()


def build(config: str, device: str) -> nn.Module:
    """The model of a config with random weights, on one device."""
    cfg = Config.fromfile(config)
    init_default_scope(cfg.default_scope)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    return revert_sync_batchnorm(model).to(device)


def step(model: nn.Module, images: torch.Tensor) -> None:
    """Forward and backward."""
    model.train()
    model(images).square().mean().backward()
    _wait(images)


@torch.inference_mode()
def prediction(model: nn.Module, images: torch.Tensor) -> None:
    """Forward alone."""
    model.eval()
    model(images)
    _wait(images)


def _wait(images: torch.Tensor) -> None:
    if images.is_cuda:
        torch.cuda.synchronize()


def main() -> None:
    """Print times and ratios."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    clock = time.perf_counter if args.device == 'cuda' else time.process_time
    images = torch.randn(args.batch, 3, args.size, args.size, device=args.device)
    print(f'{args.batch}×{args.size}², {args.device}, {args.threads} threads')
    for config in args.configs:
        usual = build(config, args.device)
        reordered = copy.deepcopy(usual).to(memory_format=torch.channels_last)
        for work in (step, prediction):
            seconds = [
                shortest(lambda model=model, work=work: work(model, images), args.repeats, clock)
                for model in (usual, reordered)
            ]
            print(
                f'{config} {work.__name__}: usual {seconds[0]:.3f} s, channels last '
                f'{seconds[1]:.3f} s, ratio {seconds[0] / seconds[1]:.2f}'
            )


if __name__ == '__main__':
    main()
