"""The jobs that the tests kill, starve of disk space and restart; run in processes of their own.

The server from which these processes are forked imports this module once, so that one more
process costs milliseconds.
"""

import gc
import itertools
import os
import resource
import signal
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.config import Config
from torch.distributed import destroy_process_group, init_process_group

import mmcrack  # first of all: it makes torchvision importable

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / 'test_engine'), str(TESTS / 'test_prediction')]

import mmpretrain  # noqa: E402, F401
import mmseg.datasets  # noqa: E402
import mmseg.engine  # noqa: E402
import mmseg.evaluation  # noqa: E402
import mmseg.models  # noqa: E402
import mmseg.visualization  # noqa: E402, F401
import tiny_models  # noqa: E402
import toy  # noqa: E402

import mmcrack.datasets  # noqa: E402
import mmcrack.evaluation  # noqa: E402
import mmcrack.models  # noqa: E402
import mmcrack.pseudo_labels  # noqa: E402, F401
from mmcrack.engine.image_listing import list_images  # noqa: E402
from mmcrack.engine.label_generation import generate_labels  # noqa: E402
from mmcrack.engine.map_measurement import measure_maps  # noqa: E402
from mmcrack.engine.records import fingerprint  # noqa: E402
from mmcrack.engine.training import train  # noqa: E402
from mmcrack.measurement.map_file import MeasureOptions  # noqa: E402
from mmcrack.prediction import (  # noqa: E402
    PredictionOptions,
    find_photographs,
    load_predictor,
    predict_photographs,
)

_TRAINING = """
train_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='LoadAnnotations'),
    dict(type='RandomCrop', crop_size=(24, 24)),
    dict(type='RandomFlip', prob=0.5),
    dict(type='PhotoMetricDistortion'),
    dict(type='PackSegInputs'),
]
train_dataloader = dict(
    batch_size=2,
    num_workers={workers},
    sampler=dict(type='InfiniteSampler', shuffle=True),
    dataset={{**dataset, 'pipeline': train_pipeline}},
)
train_cfg = dict(
    _delete_=True, type='IterBasedTrainLoop', max_iters={iterations}, val_interval={validate}
)
optim_wrapper = dict(optimizer=dict(type='Adam', lr=0.03))
param_scheduler = [dict(type='PolyLR', power=0.9, end={iterations}, by_epoch=False)]
default_hooks = dict(
    logger=dict(interval=5, log_metric_by_epoch=False),
    checkpoint=dict(by_epoch=False, interval=2, max_keep_ckpts={keep}, save_best='mIoU'),
)
log_processor = dict(by_epoch=False)
custom_hooks = [
    dict(type='EMAHook', ema_type='ExponentialMovingAverage', momentum=0.1),
    dict(type='mmcrack.StepSeedHook'),
]
model['decode_head']['dropout_ratio'] = 0.2
model['decode_head']['loss_decode']['class_weight'] = [1.0, 15.0]
"""


def begin() -> None:
    """As in a fresh process, on one core, and as fast as tiny trainings can be.

    Formatting the config's text anew for each checkpoint would take nine tenths of them; what is
    imported stays, so nothing is to be searched each time a dataset is built.
    """
    Config.pretty_text = property(lambda cfg: repr(cfg.to_dict()))
    gc.freeze()
    torch.set_num_threads(1)
    cv2.setNumThreads(0)


def write_training(
    folder: Path, *, iterations: int = 24, validate: int = 8, workers: int = 0, keep: int = 2
) -> Path:
    """Write the images and the config of a training with random crops, dropout and EMA."""
    settings = {'iterations': iterations, 'validate': validate, 'workers': workers, 'keep': keep}
    return toy.write_config(folder, extra=_TRAINING.format(**settings))


def run_training(config: Path, work_dir: Path, **settings: object) -> None:
    """Train, going on where an earlier process was stopped."""
    cfg = Config.fromfile(config)
    cfg.merge_from_dict(settings)
    cfg.log_level = 'WARNING'
    cfg.work_dir, cfg.resume = str(work_dir), True
    train(cfg, fingerprint(cfg))


def run_training_until(config: Path, work_dir: Path, operation: int, **settings: object) -> None:
    """Train, and die just before that file operation in ``work_dir``: see :func:`die_before`."""
    die_before(operation, work_dir)
    run_training(config, work_dir, **settings)


def die_before(operation: int, folder: Path) -> None:
    """SIGKILL before a file of ``folder`` gets its name or is removed for the n-th time, from 1."""
    left = itertools.count(operation, -1)

    def audit(event: str, arguments: tuple) -> None:
        here = event in ('os.rename', 'os.remove') and str(arguments[0]).startswith(str(folder))
        if here and next(left) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)


def write_photographs(folder: Path, count: int, size: int) -> Path:
    """Noise with a dark line in it."""
    folder.mkdir()
    for index in range(count):
        image = tiny_models.photograph(size, size, seed=index)
        cv2.imwrite(str(folder / f'{index:04}.png'), image)
    return folder


def write_masks(folder: Path, count: int, size: int) -> Path:
    """A line of its own in each; of hundreds in each tenth, to save time."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for index in range(count):
        mask = np.zeros((size, size), np.uint8)
        start, end = rng.integers(0, size, (2, 2)).tolist()
        if count < 100 or index % 10 == 0:
            cv2.line(mask, start, end, 255, 2)
        cv2.imwrite(str(folder / f'{index:04}.png'), mask)
    return folder


def label(images: Path, out: Path, **options: object) -> str:
    """Label by edges."""
    steps = [{'type': 'LoadImageFromFile'}, {'type': 'mmcrack.EdgePseudoLabel'}]
    cfg = Config({'default_scope': 'mmseg', 'label_pipeline': steps})
    return str(generate_labels(cfg, list_images(str(images)), out, fingerprint='A', **options))


def predict(images: Path, out: Path, **options: object) -> str:
    """Predict by the tiny model beside the photographs."""
    files = images.parent / 'config.py', images.parent / 'model.pth'
    predictor = load_predictor(Config.fromfile(files[0]), str(files[1]), device='cpu', tile=0)
    record = {'config': 'config.py', 'checkpoint': 'model.pth', 'config_sha256': 'A'}
    found = find_photographs([str(images)], out)
    return str(predict_photographs(predictor, found, out, PredictionOptions(**options), record))


def measure(images: Path, out: Path, **options: object) -> str:
    """Measure masks."""
    return str(measure_maps(list_images(str(images)), out, MeasureOptions(), **options))


RUNS = {'label': label, 'predict': predict, 'measure': measure}
RECORDS = {
    'label': 'labels.json',
    'predict': 'predictions.json',
    'measure': 'measurements.json',
}


def write_inputs(folder: Path, kind: str, count: int, size: int) -> Path:
    """What a run of this kind reads; the model of ``predict`` beside it."""
    if kind == 'measure':
        return write_masks(folder / 'maps', count, size)
    if kind == 'predict':
        tiny_models.write(folder)
    return write_photographs(folder / 'photographs', count, size)


def run(kind: str, images: Path, out: Path, **options: object) -> str:
    """Label, predict or measure; returns the report."""
    return RUNS[kind](images, out, **options)


def limit_file_size(size: int, *, deadly: bool = False) -> None:
    """A disk with room for files of this many bytes.

    Args:
        size: in bytes.
        deadly: the write that goes beyond it kills the process half-way, without a word.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if deadly else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def run_as_rank(rank: int, port: int, kind: str, images: Path, out: Path, **options: object) -> str:
    """One of two ranks, each the first of a machine of its own."""
    address = f'tcp://127.0.0.1:{port}'
    init_process_group('gloo', init_method=address, rank=rank, world_size=2)
    try:
        return run(kind, images, out, **options)
    finally:
        destroy_process_group()
