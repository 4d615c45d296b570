"""``--cfg-options`` that name no setting are errors; MMEngine would add them and go on."""

import argparse
import copy
import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config, DictAction

from .config_keys import RUNNER_KEYS, accepted_keys


class OptionAction(DictAction):
    """:class:`DictAction` that says what is wrong with an option without ``=``."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Parse ``KEY=VALUE`` pairs."""
        for value in values:
            if '=' not in value:
                parser.error(f'{option_string}: {value!r} is not of the form key=value')
        super().__call__(parser, namespace, values, option_string)


def merge_options(cfg: Config, options: Mapping[str, Any]) -> None:
    """Merge options into a config, in place, if each names a setting that exists.

    A key exists if the config has it, if the Runner reads it, or if the constructor of the
    ``type`` that it is added to accepts it.

    Args:
        cfg: the config.
        options: values by dotted keys (``model.backbone.depth``), lists by index
            (``custom_hooks.0.interval``); values may be dicts.

    Raises:
        KeyError: a key does not exist; names it and the nearest ones that do.
        ValueError: a key is only a variable of the config file, read before options apply.
    """
    merged = copy.deepcopy(cfg)
    try:
        merged.merge_from_dict(dict(options))
    except (KeyError, TypeError) as error:  # a list's index, a dict for a number
        raise KeyError(f'--cfg-options {", ".join(options)}: {error.args[0]}') from error
    before, after = cfg.to_dict(), merged.to_dict()
    for keys in option_paths(options):
        _check(keys, before, after, after.get('default_scope') or 'mmengine')
    cfg.merge_from_dict(dict(options))


def option_paths(options: Mapping[str, Any]) -> Iterator[list[str]]:
    """The keys, from the outermost inwards, of every setting in ``options``."""
    for key, value in options.items():
        for inner in _inner_paths(value):
            yield [*key.split('.'), *inner]


def _inner_paths(value: Any) -> Iterator[list[str]]:
    if not isinstance(value, Mapping) or not value:
        yield []
        return
    for key, child in value.items():
        yield from ([key, *inner] for inner in _inner_paths(child))


def _check(keys: list[str], before: Any, after: Any, scope: str) -> None:
    if keys[0] in before and keys[0] not in RUNNER_KEYS:
        raise ValueError(_only_a_variable(keys[0], before))
    for depth, key in enumerate(keys):
        if isinstance(after, list | tuple):
            key = int(key)
            before = before[key] if isinstance(before, list | tuple) else None
        else:
            if not isinstance(before, dict) or key not in before:
                _require_accepted(keys[:depth], key, after, scope)
            before = before.get(key) if isinstance(before, dict) else None
        after = after[key]


def _require_accepted(parents: list[str], key: str, node: dict, scope: str) -> None:
    path = '.'.join(parents)
    accepted = accepted_keys(path, node, scope)
    if key in accepted.names:
        return
    known = sorted((accepted.names | set(node)) - {key})
    near = difflib.get_close_matches(key, known, cutoff=0.6 if accepted.closed else 0.85)
    if not accepted.closed and not (near and accepted.names):
        return
    hint = f'did you mean {" or ".join(near)}?' if near else f'it takes {", ".join(known)}'
    where = f'{path} ({node["type"]})' if 'type' in node else path or 'the config'
    raise KeyError(f'--cfg-options {".".join([*parents, key])}: {where} has no {key!r}; {hint}')


def _only_a_variable(key: str, cfg: dict) -> str:
    uses = [path for path in _paths_to(cfg[key], cfg) if path != key]
    instead = f'override what it was used for: {", ".join(uses[:8])}' if uses else 'nothing uses it'
    return (
        f'--cfg-options {key}: only a variable of the config file, whose value was used up when '
        f'the file was read; {instead}'
    )


def _paths_to(value: Any, node: Any, prefix: str = '') -> Iterator[str]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, child in items:
        if not prefix and key not in RUNNER_KEYS:
            continue
        if type(child) is type(value) and child == value:
            yield f'{prefix}{key}'
        elif isinstance(child, dict | list | tuple):
            yield from _paths_to(value, child, f'{prefix}{key}.')
