"""Links that work where the text is read as files work on the site, too.

README.md and the pages of docs/ link to each other as files of the repository. Where such a file
is a page of the site, the link leads there; other files and folders of the repository are shown by
their name without a link; a link to nothing is a warning, which ends the build.
"""

import os
import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

_LINK = re.compile(r'(?P<image>!?)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^()\s]+)\)')
_FENCE = re.compile(r'^(?P<fence>```+|~~~+).*?^(?P=fence)\s*$', re.MULTILINE | re.DOTALL)
_PAGES = {  # files of the repository that a page of the site includes
    'README.md': 'index.md',
    'CONTRIBUTING.md': 'project/contributing.md',
    'CHANGELOG.md': 'project/changelog.md',
    'docs': 'index.md',
    'docs/benchmarks': 'benchmarks.md',
    'configs': 'methods.md',
}
_METHOD = re.compile(r'configs/(?P<name>[^/]+)(?:/README\.md)?')


def rewrite(text: str, folder: Path, source: Path, page: Path) -> str:
    """Rewrite the links of a text.

    Args:
        text: Markdown.
        folder: Where the text lies, from which its links count.
        source: Folder of the site's sources, ``docs``.
        page: File of the page that the text becomes part of.
    """

    def replaced(match: re.Match) -> str:
        target, _, fragment = match['target'].partition('#')
        if not target or ':' in target or target.startswith('/'):
            return match[0]
        found = (folder / target).resolve()
        if not found.exists():
            logger.warning('%s links to %s, which is not there', page, match['target'])
            return match[0]
        if match['image']:
            return f'![{match["text"]}]({relative(found, page.parent)})'
        site = site_page(found, source)
        if site is None:
            return match['text']
        return f'[{match["text"]}](/{site}{"#" if fragment else ""}{fragment})'

    parts, end = [], 0
    for fence in _FENCE.finditer(text):  # code is left as it is
        parts += [_LINK.sub(replaced, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return ''.join([*parts, _LINK.sub(replaced, text[end:])])


def relative(file: Path, folder: Path) -> str:
    """Path of a file from a folder, with ``/``."""
    return Path(os.path.relpath(file, folder)).as_posix()


def site_page(file: Path, source: Path) -> str | None:
    """The page of the site that shows a file or folder of the repository, if one does."""
    path = relative(file, source.parent)
    if path in _PAGES:
        return _PAGES[path]
    method = _METHOD.fullmatch(path)
    if method is not None and (source.parent / 'configs' / method['name'] / 'README.md').is_file():
        return f'methods/{method["name"]}.md'
    return path.removeprefix('docs/') if path.startswith('docs/') and file.suffix == '.md' else None


def on_source(app: Sphinx, name: str, content: list[str]) -> None:
    """Rewrite a page."""
    page = Path(app.env.doc2path(name))
    if page.suffix == '.md':
        content[0] = rewrite(content[0], page.parent, Path(app.srcdir), page)


def on_include(app: Sphinx, path: Path, parent: str, content: list[str]) -> None:
    """Rewrite a file that a page includes."""
    source = Path(app.srcdir)
    included = (source / path).resolve()
    page = Path(app.env.doc2path(parent))
    content[0] = rewrite(content[0], included.parent, source, page)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect('source-read', on_source)
    app.connect('include-read', on_include)
    return dict(parallel_read_safe=True, parallel_write_safe=True)
