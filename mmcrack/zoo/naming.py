"""What the zoo calls a method, a data set and a part of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from mmengine.config import Config

from mmcrack.engine.config_files import find_config

_OPTIONS = {'method', 'note'}
_GENERIC = ('BaseSegDataset', 'CrackDataset', 'CustomDataset')


def zoo_options(cfg: Config, config: str) -> dict[str, str]:
    """The config's ``zoo``: ``method`` and ``note``, both texts and both optional.

    Raises:
        ValueError: there is another key, or no text.
    """
    options = dict(cfg.get('zoo') or {})
    odd = sorted(options.keys() - _OPTIONS)
    odd += sorted(key for key in options.keys() & _OPTIONS if not isinstance(options[key], str))
    if odd:
        raise ValueError(f"{config}: zoo.{odd[0]}; expected zoo = dict(method='…', note='…')")
    return options


def method_name(cfg: Config, config: str) -> str:
    """``COLLECTION: MODEL`` by the ``metafile.yml`` of the config's folder, or of one above it.

    A config that it does not list goes by its own name; one without a metafile by that alone. The
    config's ``zoo.method`` replaces all.
    """
    given = zoo_options(cfg, config).get('method')
    if given:
        return given
    path = Path(find_config(config)).resolve()
    listed = _metafile(path)
    collections = [entry['Name'] for entry in listed.get('Collections') or []]
    name, collection = path.stem, collections[0] if len(collections) == 1 else None
    for model in listed.get('Models') or []:
        if Path(model.get('Config', '')).parts[-2:] == path.parts[-2:]:
            name, collection = model['Name'], model.get('In Collection', collection)
    return f'{collection}: {name}' if collection else name


def _metafile(config: Path) -> dict[str, Any]:
    folders = config.parents
    within = next((i for i, folder in enumerate(folders) if folder.name == 'configs'), 1)
    files = [folder / 'metafile.yml' for folder in folders[:within]]
    found = next((file for file in files if file.is_file()), None)
    return yaml.safe_load(found.read_text(encoding='utf-8')) if found else {}


def data_set_name(dataset: Mapping[str, Any]) -> str:
    """Of a data set's config: that of its class, or of its folder where the class is any set's."""
    names = dict.fromkeys(_name(part) for part in _parts(dataset))
    return ' + '.join(names)


def split_name(dataset: Mapping[str, Any]) -> str:
    """Of a data set's config: its list, or the folder of its photographs, and what is left out."""
    return ' + '.join(dict.fromkeys(_split(part) for part in _parts(dataset)))


def _parts(dataset: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if 'datasets' in dataset:  # one that concatenates
        return [inner for part in dataset['datasets'] for inner in _parts(part)]
    if isinstance(dataset.get('dataset'), Mapping):  # a wrapper
        return _parts(dataset['dataset'])
    return [dataset]


def _name(dataset: Mapping[str, Any]) -> str:
    kind = str(dataset['type']).split('.')[-1]
    if kind not in _GENERIC:
        return kind.removesuffix('Dataset')
    root = dataset.get('data_root') or str(Path(_images(dataset)).parent)
    return Path(root).name or kind


def _split(dataset: Mapping[str, Any]) -> str:
    listed = dataset.get('ann_file')
    if listed:
        path = Path(listed)
        name = (Path(path.parent.name) / path.stem).as_posix()
    else:
        name = Path(_images(dataset)).name or 'all'
    without = dataset.get('exclude')
    return f'{name} without {", ".join(without)}' if without else name


def _images(dataset: Mapping[str, Any]) -> str:
    return (dataset.get('data_prefix') or {}).get('img_path') or ''
