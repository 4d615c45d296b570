"""Reads the config text inside a checkpoint without running it."""

import ast
from typing import Any

from mmengine.config import Config


def config_from_text(text: str, source: str = 'the config text') -> Config:
    """Parse a config as MMEngine dumps it (``Config.pretty_text``), literals only.

    ``Config.fromstring`` runs the text as Python, so a stranger's checkpoint could run code by
    it. A dumped config holds assignments of literals and ``dict(...)`` calls; anything else is
    refused.

    Args:
        text: Lines of ``name = value``.
        source: What the text came from, for the error message.

    Raises:
        ValueError: the text holds anything but assignments of literals.
    """
    try:
        body = ast.parse(text).body
    except SyntaxError as error:
        raise ValueError(f'{source}: the config inside is not readable: {error}') from error
    values: dict[str, Any] = {}
    for node in body:
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            raise ValueError(f'{source}: line {node.lineno} of the config is no assignment')
        values[node.targets[0].id] = _value(node.value, source)
    return Config(values)


def _value(node: ast.expr | None, source: str) -> Any:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == 'dict':
        if len(node.args) == 1 and isinstance(node.args[0], ast.Dict) and not node.keywords:
            return _value(node.args[0], source)  # so MMEngine dumps keys that are no names
        if node.args or any(keyword.arg is None for keyword in node.keywords):
            raise ValueError(f'{source}: line {node.lineno}: dict() takes keywords only here')
        return {keyword.arg: _value(keyword.value, source) for keyword in node.keywords}
    if isinstance(node, ast.Dict):
        keys = [_value(key, source) for key in node.keys]
        return dict(zip(keys, (_value(item, source) for item in node.values), strict=True))
    if isinstance(node, ast.List | ast.Tuple):
        items = [_value(item, source) for item in node.elts]
        return items if isinstance(node, ast.List) else tuple(items)
    try:
        return ast.literal_eval(node)
    except ValueError as error:  # None is the key of a ** in a dict display
        line = 'a ** ' if node is None else f'line {node.lineno} '
        raise ValueError(f'{source}: {line}of the config is more than a literal') from error
