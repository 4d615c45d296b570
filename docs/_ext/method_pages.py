"""A page for each method: the README of its config folder, included and not copied."""

from pathlib import Path

from sphinx.application import Sphinx

FOLDER = 'methods'
PAGE = '```{{include}} ../../configs/{method}/README.md\n```\n'


def methods(repository: Path) -> list[str]:
    """Config folders that have a README."""
    return sorted(path.parent.name for path in repository.glob('configs/*/README.md'))


def write_pages(app: Sphinx) -> None:
    """Write the pages that have changed and remove those of methods that are gone."""
    source = Path(app.srcdir)
    pages = {
        source / FOLDER / f'{method}.md': PAGE.format(method=method)
        for method in methods(source.parent)
    }
    (source / FOLDER).mkdir(exist_ok=True)
    for left in set((source / FOLDER).glob('*.md')) - pages.keys():
        left.unlink()
    for page, text in pages.items():
        if not page.is_file() or page.read_text(encoding='utf-8') != text:
            page.write_text(text, encoding='utf-8')


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect('builder-inited', write_pages)
    return dict(parallel_read_safe=True, parallel_write_safe=True)
