"""Time and peak memory of SAM's official image encoder and of SAMViT, in turn, in one process.

The two have the same random weights, and their outputs are compared. ``forward`` is inference,
``train`` a forward and backward pass with LoRA of rank 4 on q and v of a frozen encoder. Memory is
that of the weights and of what a step adds at its peak: allocated memory on a GPU, resident memory
on a CPU (Linux). The floor is the time that the official encoder's matrix products would take
alone, at the rate of a large product measured here.
"""

import argparse
import copy
import ctypes
import gc
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import torch
from segment_anything.modeling import ImageEncoderViT
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from mmcrack.engine.machine import processor
from mmcrack.models.backbones.sam_vit import ARCHITECTURES, SAMViT
from mmcrack.models.layers.sam_attention import KERNELS
from mmcrack.models.layers.sam_lora import add_lora

DTYPES = {'float32': None, 'bfloat16': torch.bfloat16, 'float16': torch.float16}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--arch', choices=sorted(ARCHITECTURES), default='b')
    parser.add_argument('--sizes', type=int, nargs='+', default=[512, 1024], help='image sides')
    parser.add_argument('--batch', type=int, default=1)
    parser.add_argument('--steps', nargs='+', choices=['forward', 'train'], default=['forward'])
    parser.add_argument('--attention', choices=KERNELS, default='auto', help="SAMViT's kernel")
    parser.add_argument('--with-cp', action='store_true', help="SAMViT's activation checkpointing")
    parser.add_argument('--dtype', choices=DTYPES, default='float32', help='of autocast')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    parser.add_argument('--repeats', type=int, default=3, help='the fastest counts')
    return parser.parse_args()


def official_encoder(arch: str, size: int) -> ImageEncoderViT:
    """The official encoder for one image size."""
    return ImageEncoderViT(
        img_size=size,
        patch_size=16,
        window_size=14,
        use_rel_pos=True,
        norm_layer=partial(nn.LayerNorm, eps=1e-6),
        **ARCHITECTURES[arch],
    )


def encoders(args: argparse.Namespace, size: int, step: str) -> dict[str, nn.Module]:
    """The official encoder and ours, with the same weights and, for training, adapters."""
    torch.manual_seed(0)
    official = official_encoder(args.arch, size)
    for name, parameter in official.named_parameters():
        if 'pos' in name:  # the official initialization is 0
            nn.init.normal_(parameter, std=0.02)
    ours = SAMViT(args.arch, img_size=size, attention=args.attention, with_cp=args.with_cp)
    ours.load_state_dict(official.state_dict())
    models = {'official': official, 'SAMViT': ours}
    for model in models.values():
        model.requires_grad_(False)
        if step == 'train':
            torch.manual_seed(1)
            add_lora(model.blocks, rank=4)
        model.train(step == 'train').to(args.device)
    return models


def run(model: nn.Module, x: Tensor, step: str, dtype: torch.dtype | None) -> Tensor:
    """One step; returns the encoder's map."""
    with (
        torch.autocast(x.device.type, dtype=dtype, enabled=dtype is not None),
        torch.set_grad_enabled(step == 'train'),
    ):
        out = model(x)
        out = out[0] if isinstance(out, tuple) else out
    if step == 'train':
        model.zero_grad(set_to_none=True)
        out.float().square().mean().backward()
    return out.detach()


class PeakMemory:
    """Bytes that the enclosed code adds to what is in use before, at its peak."""

    def __init__(self, device: str) -> None:
        self.cuda = device.startswith('cuda')

    def __enter__(self) -> 'PeakMemory':
        gc.collect()
        if self.cuda:
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
            self.before = torch.cuda.memory_allocated()
        else:
            ctypes.CDLL(None).malloc_trim(0)  # give back what was freed, so that it counts
            Path('/proc/self/clear_refs').write_text('5')  # resets the high-water mark
            self.before = _status('VmRSS')
        return self

    def __exit__(self, *exc: object) -> None:
        peak = torch.cuda.max_memory_allocated() if self.cuda else _status('VmHWM')
        self.bytes = peak - self.before


def _status(field: str) -> int:
    lines = Path('/proc/self/status').read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))


def seconds(function: Callable[[], object], device: str) -> float:
    """Wall time of one call."""
    if device.startswith('cuda'):
        torch.cuda.synchronize()
    start = time.perf_counter()
    function()
    if device.startswith('cuda'):
        torch.cuda.synchronize()
    return time.perf_counter() - start


def flops(arch: str, size: int) -> int:
    """Operations of the official forward pass of one image, counted without computing."""
    with torch.device('meta'), torch.no_grad():
        model, x = official_encoder(arch, size), torch.empty(1, 3, size, size)
        with FlopCounterMode(display=False) as counter:
            model(x)
    return counter.get_total_flops()


def product_rate(device: str, dtype: torch.dtype | None) -> float:
    """Operations per second of a large matrix product, at best."""
    side = 2048 if device == 'cpu' else 8192
    a = torch.randn(side, side, device=device, dtype=dtype)
    return 2 * side**3 / min(seconds(lambda: a @ a, device) for _ in range(10))


def compare(args: argparse.Namespace, size: int, step: str) -> None:
    """Run both in turn and print a row of figures for each, and one of ratios."""
    rate = product_rate(args.device, DTYPES[args.dtype])
    models, dtype = encoders(args, size, step), DTYPES[args.dtype]
    x = torch.randn(args.batch, 3, size, size, device=args.device)
    times: dict[str, list[float]] = {name: [] for name in models}
    memory, outputs = {}, {}
    for _ in range(args.repeats):
        for name, model in models.items():
            model.zero_grad(set_to_none=True)
            with PeakMemory(args.device) as peak:
                times[name].append(
                    seconds(lambda m=model, n=name: outputs.update({n: run(m, x, step, dtype)}),
                            args.device)
                )  # fmt: skip
            weights = sum(p.numel() * p.element_size() for p in model.parameters())
            memory[name] = min(memory.get(name, 2**60), weights + peak.bytes)
    fastest = {name: min(values) for name, values in times.items()}
    for name in models:
        print(f'{size:5} {step:8} {name:9} {fastest[name]:9.3f} s {memory[name] / 1e9:8.2f} GB')
    error = (outputs['official'] - outputs['SAMViT']).abs().max().item()
    print(
        f'{"":14} SAMViT is {fastest["official"] / fastest["SAMViT"]:.2f} times as fast at '
        f'{100 * memory["SAMViT"] / memory["official"]:.0f} % of the memory, '
        f'largest difference of the outputs {error:.1e}'
    )
    if step == 'forward':
        operations = args.batch * flops(args.arch, size)
        floor = operations / max(rate, product_rate(args.device, dtype))
        print(
            f'{"":14} floor {floor:.3f} s ({operations / 1e12:.2f} TFLOP): SAMViT takes '
            f'{fastest["SAMViT"] / floor:.2f} times as long, the official encoder '
            f'{fastest["official"] / floor:.2f} times'
        )


def main() -> None:
    """Print the setting, then the figures."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    machine = torch.cuda.get_device_name() if args.device.startswith('cuda') else processor()
    print(
        f'{date.today()}, {machine}, {args.threads} threads, torch {torch.__version__}, '
        f'ViT-{args.arch.upper()}, batch {args.batch}, {args.dtype}, attention {args.attention}'
    )
    for size in args.sizes:
        for step in args.steps:
            compare(copy.copy(args), size, step)


if __name__ == '__main__':
    main()
