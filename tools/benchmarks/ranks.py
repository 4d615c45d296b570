"""Throughput of labelling, prediction and measurement with several ranks, per rank.

Each rank has the same number of images to work on, so that the figure per rank stays the same
where nothing is in the way of the others; the ratio is to the first number of ranks. Start-up is
not in it: imports, the process group, the model, and a first image. One thread a rank, gloo, one
file system. Labels are those of DarkRidgePseudoLabel; the model is the small U-Net with random
weights; what is measured are masks of twenty lines.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.dist import all_gather_object, barrier, get_rank, get_world_size

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.label_generation import generate_labels
from mmcrack.engine.map_measurement import measure_maps
from mmcrack.engine.ranks import prepare_ranks
from mmcrack.measurement.map_file import MeasureOptions
from mmcrack.prediction import PredictionOptions, Predictor, predict_photographs

KINDS = ('label', 'predict', 'measure')
MODEL = Path(__file__).parents[2] / 'configs/_base_/models/unet_small.py'
PIPELINE = [{'type': 'LoadImageFromFile'}, {'type': 'mmcrack.PackCrackInputs'}]
LABELLER = [{'type': 'LoadImageFromFile'}, {'type': 'mmcrack.DarkRidgePseudoLabel'}]
Work = Callable[[dict[str, Path], Path], object]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--kinds', nargs='+', choices=KINDS, default=KINDS)
    parser.add_argument('--ranks', type=int, nargs='+', default=[1, 2])
    parser.add_argument('--images', type=int, default=40, help='for each rank')
    parser.add_argument('--size', type=int, nargs=2, default=(384, 544), help='of an image')
    parser.add_argument('--repeats', type=int, default=3, help='the fastest counts')
    parser.add_argument('--worker', help=argparse.SUPPRESS)  # the folder of the images
    return parser.parse_args()


def write_images(folder: Path, count: int, size: tuple[int, int]) -> None:
    """Gray noise with dark lines, and the masks of the lines."""
    rng = np.random.default_rng(0)
    for name in ('photographs', 'masks'):
        (folder / name).mkdir()
    for index in range(count):
        mask = np.zeros(size, np.uint8)
        for _ in range(20):
            ends = rng.integers(0, size[::-1], (2, 2)).tolist()
            cv2.line(mask, *ends, 255, int(rng.integers(2, 6)))
        image = rng.integers(120, 200, (*size, 3), dtype=np.uint8) - mask[..., None] // 3
        cv2.imwrite(str(folder / f'photographs/{index:05}.png'), image)
        cv2.imwrite(str(folder / f'masks/{index:05}.png'), mask)


def build_predictor() -> Predictor:
    """The small U-Net, the same on all ranks."""
    import mmseg.models  # noqa: F401
    from mmengine.model import revert_sync_batchnorm
    from mmengine.registry import MODELS, DefaultScope

    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(Config.fromfile(MODEL).model)
    return Predictor(revert_sync_batchnorm(model).eval(), PIPELINE)


def work_of(kind: str) -> Work:
    """The function that is timed."""
    if kind == 'label':
        cfg = Config({'default_scope': 'mmseg', 'label_pipeline': LABELLER})
        return lambda images, out: generate_labels(cfg, images, out, fingerprint='benchmark')
    if kind == 'predict':
        predictor = build_predictor()
        record = {'config_sha256': 'benchmark'}
        return lambda images, out: predict_photographs(
            predictor, images, out, PredictionOptions(), record
        )
    return lambda images, out: measure_maps(images, out, MeasureOptions())


def time_ranks(kind: str, folder: Path, repeats: int) -> float:
    """Seconds that the slowest rank needs, at best; on all ranks together."""
    work = work_of(kind)
    images = list_images(str(folder / ('masks' if kind == 'measure' else 'photographs')))
    first = dict(list(images.items())[: get_world_size()])
    work(first, folder / f'{kind}_{get_world_size()}_first')
    seconds = []
    for repeat in range(repeats):
        barrier()
        start = time.perf_counter()
        work(images, folder / f'{kind}_{get_world_size()}_{repeat}')
        seconds.append(max(all_gather_object(time.perf_counter() - start)))
    return min(seconds)


def run_worker(args: argparse.Namespace) -> None:
    """One rank."""
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    prepare_ranks(Config({'launcher': 'pytorch'}))
    for kind in args.kinds:
        seconds = time_ranks(kind, Path(args.worker), args.repeats)
        if get_rank() == 0:
            Path(args.worker, f'{kind}.seconds').write_text(str(seconds))


def measure(args: argparse.Namespace, ranks: int) -> dict[str, float]:
    """Images a second and rank, by kind."""
    with tempfile.TemporaryDirectory() as folder:
        write_images(Path(folder), args.images * ranks, tuple(args.size))
        command = [sys.executable, '-m', 'torch.distributed.run', '--standalone',
                   f'--nproc_per_node={ranks}', __file__, '--worker', folder,
                   '--repeats', str(args.repeats), '--kinds', *args.kinds]  # fmt: skip
        environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'CUDA_VISIBLE_DEVICES': ''}
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        seconds = {k: float(Path(folder, f'{k}.seconds').read_text()) for k in args.kinds}
    return {kind: args.images / value for kind, value in seconds.items()}


def main() -> None:
    """Measure each number of ranks and print a row for each kind."""
    args = parse_args()
    if args.worker:
        run_worker(args)
        return
    print(f'{args.images} images of {args.size[0]}×{args.size[1]} a rank, one thread a rank')
    first: dict[str, float] = {}
    for ranks in args.ranks:
        for kind, rate in measure(args, ranks).items():
            ratio = rate / first.setdefault(kind, rate)
            name = f'{kind}, {ranks} rank{"s" if ranks > 1 else ""}'
            print(f'{name:20}{rate:8.2f} images/s a rank{ratio:7.2f} ×', flush=True)


if __name__ == '__main__':
    main()
