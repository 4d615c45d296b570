"""The commands: each module has ``add_arguments`` and ``run``; its docstring is the help.

Scripts in ``tools/`` and the ``mmcrack`` command are thin over them. Nothing is imported here,
because the doctor works where torch does not import.
"""

import argparse
from collections.abc import Sequence
from types import ModuleType
from typing import Any


def run_command(
    command: ModuleType,
    arguments: Sequence[str] | None = None,
    *,
    prog: str | None = None,
    **context: Any,
) -> int:
    """Read the command line of a command and run it.

    Args:
        command: The module.
        arguments: Its command line; default: the process's.
        prog: What its help calls it; default: the script.
        **context: Handed on to its ``run``.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(
        prog=prog,
        description=command.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments), **context) or 0
