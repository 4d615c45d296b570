"""Labels of a labeller, compared with masks and timed."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.evaluator import Evaluator
from mmengine.structures import PixelData
from torch import nn

from mmcrack.engine.label_generation import generate_labels
from mmcrack.engine.labeller import Labeller
from mmcrack.evaluation.map_files import read_map
from mmcrack.zoo.data import ZooData, figures_of
from mmcrack.zoo.measured import Measured, Stopwatch, count_parameters

_TIMED = 21  # photographs; the first warms up


def measure_labeller(cfg: Config, fingerprint: str, data: ZooData, out: Path) -> Measured:
    """Label the photographs of a data set and compare the labels with its masks.

    The metrics are the test config's. A photograph that the labeller drops counts as one in which
    it sees no crack, so that every row of a data set is about the same photographs.

    Args:
        cfg: Of the labeller.
        fingerprint: Of the labeller, as ``labels.json`` has it.
        data: The data set.
        out: Folder of the labels; those of an interrupted run are kept.

    Raises:
        UnreadableImageError: a photograph is not one.
        ValueError: the data set is no set of files, or the labeller wrote no valid label.
    """
    images = _images(data)
    report = generate_labels(cfg, images, out, fingerprint=fingerprint, overwrite=True, strict=True)
    labeller = Labeller(cfg)
    return Measured(
        _compare(data, [out / f'{name}.png' for name in images]),
        sum(count_parameters(network) for network in networks_of(labeller.transforms)),
        _images_per_second(labeller, list(images.values())),
        len(report.dropped),
    )


def _images(data: ZooData) -> dict[str, Path]:
    """The photographs by the names of their labels, in the data set's order.

    A label has its photograph's name; where two folders hold one name, all have numbers besides.
    """
    paths = []
    for index in range(len(data.dataset)):
        path = Path(data.dataset.get_data_info(index).get('img_path') or '')
        if not path.is_file():
            raise ValueError(f'{data.config}: its test data are no files; a labeller needs some')
        paths.append(path)
    by_stem = {path.stem: path for path in paths}
    if len(by_stem) == len(paths):
        return by_stem
    return {f'{index}_{path.stem}': path for index, path in enumerate(paths)}


def _compare(data: ZooData, labels: Sequence[Path]) -> dict[str, float]:
    """Have the test config's metrics score labels, in the data set's order, for predictions."""
    settings = data.cfg.test_evaluator
    evaluator = Evaluator(settings if isinstance(settings, list) else [settings])
    evaluator.dataset_meta = data.dataset.metainfo
    for index, path in enumerate(labels):
        sample = data.dataset[index]['data_samples']
        size = sample.gt_sem_seg.data.shape[-2:]
        prob = read_map(path) if path.is_file() else np.zeros(size, np.float32)
        sample.seg_logits = PixelData(data=torch.from_numpy(prob)[None])
        evaluator.process(data_samples=[sample], data_batch=None)
    return figures_of(evaluator.evaluate(len(data.dataset)))


def _images_per_second(labeller: Labeller, paths: Sequence[Path]) -> float:
    """Of up to 20 photographs, evenly spread; the first transform reads them."""
    cv2.setNumThreads(torch.get_num_threads())
    stopwatch = Stopwatch()
    spread = np.linspace(0, len(paths) - 1, min(_TIMED, len(paths))).round().astype(int)
    for path in (paths[index] for index in spread):
        results = labeller.transforms[0]({'img_path': str(path)})
        with stopwatch.lap(1):
            for transform in labeller.transforms[1:]:
                results = None if results is None else transform(results)
    return stopwatch.images_per_second()


def networks_of(part: Any) -> list[nn.Module]:
    """The networks that a labeller's transforms hold, each once."""
    return list({id(network): network for network in _networks(part)}.values())


def _networks(part: Any) -> Iterator[nn.Module]:
    if isinstance(part, nn.Module):
        yield part
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _networks(item)
    elif type(part).__module__.startswith('mmcrack.'):
        for value in getattr(part, '__dict__', {}).values():
            yield from _networks(value)
