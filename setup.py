"""Builds wheels that carry the configs and tools; the metadata is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithConfigs(build_py):
    """Puts ``configs`` and ``tools`` into ``mmcrack/.mim``, where MM packages have them."""

    def run(self) -> None:
        """Build."""
        super().run()
        if self.editable_mode:
            return
        for folder in ('configs', 'tools'):
            target = Path(self.build_lib, 'mmcrack', '.mim', folder)
            shutil.rmtree(target, ignore_errors=True)  # of an earlier build
            ignore = shutil.ignore_patterns('__pycache__')
            shutil.copytree(Path(__file__).with_name(folder), target, ignore=ignore)


setup(cmdclass={'build_py': BuildWithConfigs})
