"""JSON files of strangers: every value is checked when it is read, errors name file and key."""

import json
import math
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

_SHOWN = 40  # characters of a wrong value


class CheckedObject:
    """An object of a JSON file.

    Args:
        values: What should be an object.
        where: File, and key of the object in it, for errors.

    Raises:
        ValueError: it is no object.
    """

    def __init__(self, values: Any, where: str) -> None:
        self.where = where
        if not isinstance(values, dict):
            self._refuse(None, 'an object', values)
        self._values = values

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self._values.get(key) is not None

    def text(self, key: str, *, optional: bool = False) -> str | None:
        """A string; None for null where that is allowed."""
        value = self._value(key, optional)
        if value is not None and not isinstance(value, str):
            self._refuse(key, 'a text', value)
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._value(key, False)
        if not isinstance(value, bool):
            self._refuse(key, 'true or false', value)
        return value

    def number(self, key: str, *, above: float = -math.inf, optional: bool = False) -> float | None:
        """A finite number of at least ``above``; None for null where that is allowed."""
        value = self._value(key, optional)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._refuse(key, 'a number', value)
        if not abs(value) < 1e300 or value < above:
            bound = '' if above == -math.inf else f' of at least {above:g}'
            self._refuse(key, f'a finite number{bound}', value)
        return value

    def count(self, key: str, *, least: int = 0) -> int:
        """A whole number of at least ``least``."""
        value = self.number(key, above=least)
        if not isinstance(value, int):
            self._refuse(key, 'a whole number', value)
        return value

    def list(self, key: str) -> list[Any]:
        """A list."""
        value = self._value(key, False)
        if not isinstance(value, list):
            self._refuse(key, 'a list', value)
        return value

    def object(self, key: str) -> 'CheckedObject':
        """An object."""
        return CheckedObject(self._value(key, False), f'{self.where}: {key}')

    def objects(self, key: str) -> 'list[CheckedObject]':
        """A list of objects."""
        return [
            CheckedObject(value, f'{self.where}: {key}[{index}]')
            for index, value in enumerate(self.list(key))
        ]

    def texts(self, key: str) -> dict[str, str]:
        """An object of strings."""
        values = self.object(key)
        return {name: values.text(name) for name in values._values}

    def arrays(self, key: str, width: int) -> 'list[np.ndarray]':
        """A list of lists of points of ``width`` numbers (of numbers or null where it is 1)."""
        arrays, expected = [], f'a list of {"points" if width > 1 else "numbers"}'
        for index, value in enumerate(self.list(key)):
            name = f'{key}[{index}]'
            try:
                array = np.array(value, dtype=np.float64)
            except (TypeError, ValueError, OverflowError):
                self._refuse(name, expected, value)
            shape = (len(array), width) if width > 1 and array.ndim else (array.size,)
            finite = np.isfinite(array) | (np.isnan(array) & (width == 1))
            if array.shape != shape or not array.size or not finite.all():
                self._refuse(name, expected, value)
            arrays.append(array)
        return arrays

    def _value(self, key: str, optional: bool) -> Any:
        if key not in self._values:
            raise ValueError(f'{self.where}: {key!r} is missing; measure again')
        value = self._values[key]
        if value is None and not optional:
            self._refuse(key, 'a value', value)
        return value

    def _refuse(self, key: str | None, expected: str, value: Any) -> NoReturn:
        where = self.where if key is None else f'{self.where}: {key!r}'
        raise ValueError(f'{where}: expected {expected}, found {_brief(value)}; measure again')


def read_object(path: Path) -> CheckedObject:
    """The object that a JSON file holds.

    Raises:
        OSError: there is no such file, or it cannot be read.
        ValueError: it is not JSON, has NaN or infinite numbers, or holds no object.
    """
    try:
        values = json.loads(path.read_bytes().decode(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError(f'{path}: cannot be read as JSON ({error}); measure again') from error
    return CheckedObject(values, str(path))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f'{name} is no number')


def _brief(value: Any) -> str:
    if isinstance(value, list | dict):
        return f'{"a list" if isinstance(value, list) else "an object"} of {len(value)}'
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f'{text[:_SHOWN]}…'
