"""Time and memory of predicting one photograph whole and in tiles, each in a process of its own.

The model is the small U-Net with random weights, the photograph noise in an uncompressed TIFF.
Times are of the processor, so that other jobs on the machine count little, and ratios to the first
row (--tiles begins with 0, the whole photograph). Finding out how far the network sees, once a run,
is not in them.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tifffile
import torch
from mmengine.config import Config

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.prediction import Predictor, open_photograph
from mmcrack.prediction.outputs import FOLDERS, PredictionFiles, output_paths

MODEL = Path(__file__).parents[2] / 'configs/_base_/models/unet_small.py'
PIPELINE = [{'type': 'LoadImageFromFile'}, {'type': 'mmcrack.PackCrackInputs'}]


class Way(NamedTuple):
    """One way to predict."""

    tile: int
    overlap: int | None


class Result(NamedTuple):
    """What it took: processor time, and the process's largest resident memory."""

    seconds: float
    megabytes: float
    overlap: int
    exact: bool


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--size', type=int, nargs=2, default=(2048, 3072), help='of the photograph')
    parser.add_argument(
        '--tiles', type=int, nargs='+', default=[0, 512, 1024], help='sides; 0 is the whole'
    )
    parser.add_argument(
        '--overlap', type=int, help='also measure each tile at this overlap, for instance 64'
    )
    parser.add_argument('--device', default='cpu')
    return parser.parse_args()


def build(way: Way, device: str) -> Predictor:
    """The predictor with random weights."""
    import mmseg.models  # noqa: F401
    from mmengine.model import revert_sync_batchnorm
    from mmengine.registry import MODELS, DefaultScope

    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(Config.fromfile(MODEL).model)
    model = revert_sync_batchnorm(model).eval().to(device)
    return Predictor(model, PIPELINE, tile=way.tile, overlap=way.overlap)


def measure(way: Way, file: Path, device: str) -> Result:
    """Predict and write all three outputs."""
    torch.set_num_threads(1)
    predictor = build(way, device)
    overlap, exact = (predictor.overlap, predictor.exact) if way.tile else (0, True)
    with tempfile.TemporaryDirectory() as folder, open_photograph(file) as photograph:
        start = time.process_time()
        paths = output_paths(Path(folder), 'a', FOLDERS)
        size = photograph.height, photograph.width
        with PredictionFiles(paths, size, threshold=0.5) as files:
            for prob, pixels in predictor.strips(photograph):
                files.add(prob, pixels)
        seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return Result(seconds, peak, overlap, exact)


def main() -> None:
    """Measure each way and print a row for it."""
    args = parse_args()
    ways = [Way(tile, None) for tile in args.tiles]
    if args.overlap is not None:
        ways += [Way(tile, args.overlap) for tile in args.tiles if tile]
    image = np.random.default_rng(0).integers(0, 255, (*args.size, 3), dtype=np.uint8)
    first = None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, 'photograph.tif')
        tifffile.imwrite(file, image, photometric='rgb')
        print(f'{args.size[0]}×{args.size[1]}, {args.device}, one thread')
        for way in ways:
            with multiprocessing.get_context('spawn').Pool(1) as pool:
                result = pool.apply(measure, (way, file, args.device))
            first = first or result.seconds
            name = f'tile {way.tile}, overlap {result.overlap}' if way.tile else 'whole'
            speed = image[..., 0].size / 1e6 / result.seconds
            print(
                f'{name:28}{result.seconds:8.1f} s CPU{speed:8.2f} Mpx/s'
                f'{result.seconds / first:7.2f} ×{result.megabytes:9.0f} MB peak'
                f'{"" if result.exact else "   not exact"}'
            )


if __name__ == '__main__':
    main()
