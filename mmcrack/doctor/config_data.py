"""The data sets that a config trains, validates and tests on."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.registry import DATASETS, DefaultScope

from mmcrack.datasets import CrackDataset, CrackPatchDataset
from mmcrack.datasets.pairs import Pair, Pairing, read_pair_list
from mmcrack.datasets.transforms.loading import LoadCrackAnnotations
from mmcrack.doctor.data_set import DataSet, Part, part_of
from mmcrack.engine.config_files import find_config

_LOADERS = ('train', 'val', 'test')


def from_config(config: str) -> DataSet:
    """Pair the files of all data sets of a config, as its loaders would.

    Args:
        config: File of the config.

    Raises:
        FileNotFoundError: the config, a folder or a list of files is missing.
        ValueError: the config has no data set of files.
    """
    cfg = Config.fromfile(find_config(config))
    parts, others, pending = [], [], _pending(cfg)
    with DefaultScope.overwrite_default_scope(cfg.get('default_scope', 'mmseg')):
        for name, settings in _data_sets(cfg):
            dataset = DATASETS.build({**settings, 'lazy_init': True})
            part = _part(name, dataset, pending)
            parts += [] if part is None else [part]
            others += [type(dataset).__name__] if part is None else []
    if not parts:
        raise ValueError(
            f'{config}: has no data set of files to examine (found: {", ".join(others) or "none"})'
        )
    return DataSet(f'as {config} reads it', parts, pending=tuple(sorted(pending)))


def _pending(cfg: Config) -> frozenset[Path]:
    """Folders of labels that are not there, but that the config's prerequisites make."""
    folders = (Path(job['out']) for job in cfg.get('prerequisites', ()) if 'label' in job)
    return frozenset(folder for folder in folders if not folder.is_dir())


def _data_sets(cfg: Config) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and settings of each data set; the same settings once, under all their names."""
    found: list[tuple[list[str], dict[str, Any]]] = []
    for loader in _LOADERS:
        settings = (cfg.get(f'{loader}_dataloader') or {}).get('dataset')
        for index, leaf in enumerate(_leaves(settings)):
            name = f'{loader} {index + 1}' if index else loader
            known = next((names for names, other in found if _same_files(other, leaf)), None)
            if known is None:
                found.append(([name], leaf))
            else:
                known.append(name)
    return ((' = '.join(names), settings) for names, settings in found)


def _leaves(settings: Any) -> Iterator[dict[str, Any]]:
    """Data sets inside wrappers such as ConcatDataset and RepeatDataset."""
    if settings is None:
        return
    if 'datasets' in settings:
        for inner in settings['datasets']:
            yield from _leaves(inner)
    elif 'dataset' in settings:
        yield from _leaves(settings['dataset'])
    else:
        yield dict(settings)


def _same_files(first: dict[str, Any], second: dict[str, Any]) -> bool:
    aside = ('pipeline', 'test_mode')
    return all(first.get(key) == second.get(key) for key in {*first, *second} if key not in aside)


def _part(name: str, dataset: Any, pending: Collection[Path]) -> Part | None:
    if isinstance(dataset, CrackDataset):
        return _segmentation_part(name, dataset, pending)
    if isinstance(dataset, CrackPatchDataset):
        dataset.validate = 'pairs'
        files = [Path(info['img_path']) for info in dataset.load_data_list()]
        pairs = [Pair(file, None, file.with_suffix('').as_posix()) for file in files]
        return Part(name, pairs, [], [], {})
    return None


def _segmentation_part(name: str, dataset: CrackDataset, pending: Collection[Path]) -> Part:
    masks = dataset.data_prefix.get('seg_map_path')
    unlabelled = masks is None or any(out.is_relative_to(masks) for out in pending)
    folders = Path(dataset.data_prefix['img_path']), None if unlabelled else Path(masks)
    loaders = [t for t in dataset.pipeline.transforms if isinstance(t, LoadCrackAnnotations)]
    options = loaders[0].options if loaders else {}
    if not dataset.ann_file:
        return part_of(name, *folders, dataset.rules, options)
    found: Pairing = read_pair_list(
        Path(dataset.ann_file), *folders, dataset.rules, listed_masks=dataset.listed_masks
    )
    return Part(name, found.pairs, found.lone, [], options)
