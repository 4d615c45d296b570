"""Settings of the documentation site; ``make docs`` builds it, warnings are errors."""

import pkgutil
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / '_ext'), str(DOCS.parent)]

import mmcrack  # noqa: E402  # first of all: it makes torchvision importable

project = 'mmcrack'
copyright = 'the mmcrack authors'
version = release = mmcrack.__version__

extensions = [
    'myst_parser',
    'sphinx.ext.autodoc',
    'sphinx.ext.autosummary',
    'sphinx.ext.napoleon',
    'sphinx_copybutton',
    'absolute_values',
    'method_pages',
    'repository_links',
]
exclude_patterns = ['_build']
templates_path = ['_templates']
suppress_warnings = ['toc.empty_glob']  # folders such as benchmarks may be empty

myst_enable_extensions = ['colon_fence']
myst_heading_anchors = 4

autodoc_default_options = {'members': True, 'show-inheritance': True, 'ignore-module-all': True}
autodoc_inherit_docstrings = False  # those of the MM libraries are not written for Sphinx
autodoc_member_order = 'bysource'
autodoc_typehints = 'signature'
autosummary_generate = True
autosummary_ignore_module_all = True  # lists every module, not only those that packages name
autosummary_context = {  # packages get pages, and show their modules on them
    'packages': {
        module.name
        for module in pkgutil.walk_packages(mmcrack.__path__, 'mmcrack.')
        if module.ispkg
    }
}
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = 'furo'
html_title = f'mmcrack {release}'
html_show_sourcelink = False
copybutton_prompt_text = '$ '
