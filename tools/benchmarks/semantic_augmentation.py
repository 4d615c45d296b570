"""What IGMSDA and ISDA add to a training step with cross entropy, in time and peak memory.

Forward, backward and optimizer step of the same network with three losses, in turn, in one
process: ResNet-50 (mmpretrain) on a batch of patches, and a U-Net (mmseg) on an image. On a CPU,
time is that of the process and not of the clock, so that other programs disturb less; the shortest
step counts. Memory is that of all tensors at the peak of a step. 'loss alone' is the loss's own
forward and backward pass on given features and logits: a steadier measure of the same difference,
which is small beside the noise of whole steps.
"""

import argparse
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import accumulate

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from mmengine.structures import PixelData
from mmpretrain.structures import DataSample
from mmseg.structures import SegDataSample
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from mmcrack.engine.hooks import SemanticAugmentationHook

LOSSES = dict(CE='CrossEntropyLoss', ISDA='mmcrack.ISDALoss', IGMSDA='mmcrack.IGMSDALoss')
CONFIGS = dict(
    classification='configs/igmsda/resnet50_crack2019.py',
    dense='configs/igmsda/unet_deepcrack_100.py',
)


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--tasks', nargs='+', choices=CONFIGS, default=list(CONFIGS))
    parser.add_argument('--batch', type=int, default=64, help='patches (default: 64)')
    parser.add_argument('--patch', type=int, default=224, help='side of a patch (default: 224)')
    parser.add_argument('--images', type=int, default=1, help='images of a dense batch')
    parser.add_argument('--size', type=int, default=512, help='side of an image (default: 512)')
    parser.add_argument('--channels', type=int, default=16, help='of the U-Net (default: 16)')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    parser.add_argument('--repeats', type=int, default=5)
    return parser.parse_args()


def build(task: str, loss: str, args: argparse.Namespace) -> nn.Module:
    """The network of a config with one of the losses, in training, its hook attached."""
    cfg = Config.fromfile(CONFIGS[task])
    init_default_scope(cfg.default_scope)
    model = cfg.model
    if task == 'classification':
        model.head.loss = dict(type=LOSSES[loss])
    else:
        model.decode_head.loss_decode = dict(type=LOSSES[loss])
        model.backbone.update(base_channels=args.channels, norm_cfg=dict(type='BN'))
        model.decode_head.update(in_channels=args.channels, channels=args.channels)
    torch.manual_seed(0)
    built = MODELS.build(model).train().to(args.device)
    if loss != 'CE':
        hook = SemanticAugmentationHook(head='head' if task == 'classification' else 'decode_head')
        hook.attach(built)
        loss_module(built).set_progress(0.5)
    return built


def loss_module(model: nn.Module) -> nn.Module:
    """The loss of a network's head."""
    return model.head.loss_module if hasattr(model, 'head') else model.decode_head.loss_decode


def batch(task: str, args: argparse.Namespace) -> tuple[Tensor, list]:
    """Random images, with labels of which 4 % of the pixels are crack."""
    if task == 'classification':
        samples = [DataSample().set_gt_label(i % 2).to(args.device) for i in range(args.batch)]
        return torch.randn(args.batch, 3, args.patch, args.patch, device=args.device), samples
    shape = (1, args.size, args.size)
    labels = [(torch.rand(shape, device=args.device) < 0.04).long() for _ in range(args.images)]
    samples = [SegDataSample(gt_sem_seg=PixelData(data=label)) for label in labels]
    return torch.randn(args.images, 3, *shape[1:], device=args.device), samples


def train_step(model: nn.Module, optimizer: torch.optim.Optimizer, inputs: tuple) -> None:
    """Forward, backward, update."""
    losses = model.loss(*inputs)
    optimizer.zero_grad(set_to_none=True)
    sum(value for name, value in losses.items() if 'loss' in name).backward()
    optimizer.step()


def loss_alone(model: nn.Module, task: str, args: argparse.Namespace) -> Callable[[], None]:
    """The loss's forward and backward pass, for features and logits of the task's size."""
    layer = model.head.fc if task == 'classification' else model.decode_head.conv_seg
    classes, features = layer.weight.shape[:2]
    size = (args.batch,) if task == 'classification' else (args.images, args.size, args.size)
    logits = torch.randn(size[0], classes, *size[1:], device=args.device, requires_grad=True)
    given = torch.randn(size[0], features, *size[1:], device=args.device)
    labels = (torch.rand(size, device=args.device) < 0.04).long()
    loss = loss_module(model)

    def run() -> None:
        if hasattr(loss, 'observe'):
            loss.observe(given, layer.weight, layer.bias)
        loss(logits, labels).backward()

    return run


def seconds(function: Callable[[], None], device: str) -> float:
    """Time of one call: of the process on a CPU, of the clock on a GPU."""
    if device.startswith('cuda'):
        torch.cuda.synchronize()
        clock = time.perf_counter
    else:
        clock = time.process_time
    start = clock()
    function()
    if device.startswith('cuda'):
        torch.cuda.synchronize()
    return clock() - start


def peak_bytes(step: Callable[[], None], model: nn.Module, device: str) -> int:
    """Bytes of all tensors at the peak of a step: parameters, momentum, statistics, activations."""
    model.zero_grad(set_to_none=True)
    if device.startswith('cuda'):
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        step()
        added = torch.cuda.max_memory_allocated() - before
    else:
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
            step()
        events = record.profiler.kineto_results.events()
        changes = [event for event in events if event.name() == '[memory]']
        changes.sort(key=lambda event: event.start_ns())
        added = max(accumulate(event.nbytes() for event in changes))
    kept = [*model.parameters(), *model.parameters(), *model.buffers()]  # with the momentum
    return added + sum(tensor.numel() * tensor.element_size() for tensor in kept)


def compare(task: str, args: argparse.Namespace) -> None:
    """Run the three in turn and print a row of figures for each."""
    inputs = batch(task, args)
    models = {loss: build(task, loss, args) for loss in LOSSES}
    steps = {
        loss: partial(train_step, model, torch.optim.SGD(model.parameters(), 1e-4, 0.9), inputs)
        for loss, model in models.items()
    }
    alone = {loss: loss_alone(model, task, args) for loss, model in models.items()}
    times: dict[str, list[float]] = {loss: [] for loss in LOSSES}
    own: dict[str, list[float]] = {loss: [] for loss in LOSSES}
    for step in steps.values():  # the first one allocates what stays
        step()
    memory = {loss: peak_bytes(steps[loss], models[loss], args.device) for loss in LOSSES}
    for _ in range(args.repeats):
        for loss, step in steps.items():
            times[loss].append(seconds(step, args.device))
            own[loss] += [seconds(alone[loss], args.device) for _ in range(5)]
    report(task, {k: min(v) for k, v in times.items()}, {k: min(v) for k, v in own.items()}, memory)


def report(task: str, times: dict, own: dict, memory: dict) -> None:
    """Print the figures and their ratios to cross entropy and to ISDA."""
    for loss, step in times.items():
        added = {rival: 100 * (own[loss] - own[rival]) / times[rival] for rival in ('CE', 'ISDA')}
        print(
            f'{task:14} {loss:7} step {step:8.3f} s: {step / times["CE"]:.3f} × CE, '
            f'{step / times["ISDA"]:.3f} × ISDA; loss alone {1e3 * own[loss]:7.2f} ms: '
            f'{added["CE"]:+.2f} % of a step over CE, {added["ISDA"]:+.2f} % over ISDA; '
            f'peak {memory[loss] / 1e9:.3f} GB: {memory[loss] / memory["CE"]:.3f} × CE'
        )


def main() -> None:
    """Print the setting, then the figures."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    print(
        f'{date.today()}, {args.device}, {args.threads} threads, torch {torch.__version__}; '
        f'classification: ResNet-50, batch {args.batch} of {args.patch}²; dense: U-Net of '
        f'{args.channels} channels, {args.images} × {args.size}²'
    )
    for task in args.tasks:
        compare(task, args)


if __name__ == '__main__':
    main()
