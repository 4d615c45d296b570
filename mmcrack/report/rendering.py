"""The report's templates, and what the browser is allowed to do with the page."""

import base64
import functools
import hashlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mmcrack.report.units import count_text, grouped, share_text
from mmcrack.report.width_classes import NO_WIDTH, PALETTE

_FOLDER = Path(__file__).parent / 'templates'


def render(template: str, **values: Any) -> str:
    """A part of the page; values are escaped.

    Args:
        template: File below ``templates``.
        **values: What it names.
    """
    return _environment().get_template(template).render(values)


def page_assets() -> dict[str, Markup | str]:
    """Style, scripts and the Content-Security-Policy that allows these alone."""
    style = _text('report.css') + _palette()
    early, script = _text('early.js'), _text('report.js')
    return dict(
        style=Markup(style),
        early_script=Markup(early),
        script=Markup(script),
        policy="default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f'style-src {_allowed(style)}; script-src {_allowed(early)} {_allowed(script)}',
    )


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters['share'] = share_text
    environment.filters['count'] = count_text
    environment.filters['grouped'] = grouped
    return environment


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding='utf-8')


def _palette() -> str:
    colors = [*((str(index), color) for index, color in enumerate(PALETTE)), ('n', NO_WIDTH)]
    return ''.join(f'.c{name} {{ --c: {color}; }}\n' for name, color in colors)


def _allowed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
