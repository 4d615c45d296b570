"""Bars in docstrings are absolute values, |x|, and not the substitutions of reStructuredText."""

import re

from sphinx.application import Sphinx

_LITERAL_OR_BAR = re.compile(r'(``.*?``)|\|')


def escape(app: Sphinx, kind: str, name: str, part: object, options: object, lines: list[str]):
    """Put a backslash before bars outside literals, in place."""
    lines[:] = [_LITERAL_OR_BAR.sub(lambda match: match[1] or r'\|', line) for line in lines]


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect('autodoc-process-docstring', escape)
    return dict(parallel_read_safe=True, parallel_write_safe=True)
