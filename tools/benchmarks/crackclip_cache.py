"""Time of a CrackCLIP epoch without its feature cache, while filling it, and from it.

The three take turns in one process, on the same random images and random weights (which are as slow
as trained ones). Data loading is left out: it is the same for all. What an epoch from the cache
costs is adapters and losses, beside the reading. Entries are read as the operating system serves
them: soon after they were written, from its memory.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from datetime import date

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import torch
from mmengine.config import Config, ConfigDict
from mmengine.registry import MODELS, init_default_scope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor, nn


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--config', default='configs/_base_/models/open_clip_vit_b_16.py', help='its model is used'
    )
    parser.add_argument('--images', type=int, default=8, help='images of an epoch')
    parser.add_argument('--batch', type=int, default=4)
    parser.add_argument('--epochs', type=int, default=2, help='of each kind; the fastest counts')
    parser.add_argument('--dtype', choices=('float16', 'float32'), default='float16')
    parser.add_argument('--folder', help='where the cache goes; default: a temporary folder')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    return parser.parse_args()


def build(config: ConfigDict, device: str) -> nn.Module:
    """The config's model on random weights; the seed makes them the same each time."""
    torch.manual_seed(0)
    model = MODELS.build(config)
    model.decode_head.compute_text_features()
    return model.train().to(device)


def batches(count: int, batch: int, size: tuple[int, int], device: str) -> Iterator[tuple]:
    """Images and labels of an epoch, the same in each."""
    generator = torch.Generator().manual_seed(0)
    for start in range(0, count, batch):
        length = min(batch, count - start)
        images = torch.randn(length, 3, *size, generator=generator)
        labels = (torch.rand(length, 1, *size, generator=generator) > 0.95).float()
        yield images.to(device), [_sample(label.to(device)) for label in labels]


def _sample(label: Tensor) -> SegDataSample:
    return SegDataSample(gt_sem_seg=PixelData(data=label))


def epoch(model: nn.Module, data: list[tuple], device: str) -> tuple[float, float]:
    """Seconds of one epoch, and its last loss."""
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    _wait(device)
    start = time.perf_counter()
    for images, samples in data:
        loss = sum(model.loss(images, samples).values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    _wait(device)
    return time.perf_counter() - start, loss.item()


def _wait(device: str) -> None:
    if device.startswith('cuda'):
        torch.cuda.synchronize()


def measure(args: argparse.Namespace, config: ConfigDict) -> dict[str, float]:
    """Seconds of the fastest epoch of each kind.

    Raises:
        RuntimeError: the epoch that fills the cache learns something else than that without.
    """
    data = list(batches(args.images, args.batch, tuple(config.data_preprocessor.size), args.device))
    best: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        for number in range(args.epochs):
            cached = ConfigDict(config.to_dict())
            cached.backbone.cache = dict(folder=f'{folder}/{number}', dtype=args.dtype)
            plain, model = build(config, args.device), build(cached, args.device)
            losses = {}
            for kind, part in (('without', plain), ('filling', model), ('from the cache', model)):
                seconds, losses[kind] = epoch(part, data, args.device)
                best[kind] = min(best.get(kind, seconds), seconds)
            if abs(losses['without'] / losses['filling'] - 1) > 0.01:
                raise RuntimeError(f'the epochs disagree: {losses}')
    return best


def main() -> None:
    """Print the setting, then the figures."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    init_default_scope('mmseg')
    config = Config.fromfile(args.config).model
    config.backbone.pretrained = None
    config.decode_head.prompts.templates = 'simple'  # their number plays no part here
    print(
        f'{date.today()}, {args.device}, {args.threads} threads, torch {torch.__version__}, '
        f'{args.config}, {args.images} images in batches of {args.batch}, {args.dtype}'
    )
    times = measure(args, config)
    for kind, seconds in times.items():
        ratio = times['without'] / seconds
        print(f'{kind:15} {seconds / args.images:8.2f} s an image, {ratio:6.2f} times as fast')


if __name__ == '__main__':
    main()
