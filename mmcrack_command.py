"""The ``mmcrack`` command: finds the module of a subcommand in ``mmcrack.commands`` and runs it.

A module of its own beside the package, because the doctor has to work where ``import mmcrack``
fails, and ``mmcrack --help`` need not wait for torch.
"""

import importlib
import importlib.metadata
import importlib.util
import os
import sys
import warnings
from collections.abc import Sequence

COMMANDS = {
    'demo': 'find cracks in synthetic photographs: the whole chain in a few minutes',
    'label': 'label photographs with a labeller',
    'train': 'train a model from a config',
    'test': 'test a model from a config and a checkpoint',
    'predict': 'find cracks in photographs: maps, masks, overlays',
    'measure': 'measure the cracks in maps or masks: lengths, widths, areas',
    'report': 'make an HTML page of what was measured',
    'doctor': 'check a data set, or the environment',
    'weights': "list or download official models' weights",
}
_ENV_TRACEBACK = 'MMCRACK_TRACEBACK'
_USAGE = """\
usage: mmcrack COMMAND …

Crack segmentation with few labels or none.

{commands}

mmcrack COMMAND --help says what a command takes. Exit status: 0 done, 1 an error, 2 a wrong command
line, 130 interrupted.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand.

    Expected errors become one line; ``MMCRACK_TRACEBACK=1`` in the environment shows where they
    came from.

    Args:
        arguments: The command line; default: the process's.

    Returns:
        The exit status.
    """
    name, *rest = (sys.argv[1:] if arguments is None else list(arguments)) or ['--help']
    if name in ('-h', '--help'):
        print(_usage(), end='')
        return 0
    if name == '--version':
        print(f'mmcrack {importlib.metadata.version("mmcrack")}')
        return 0
    if name not in COMMANDS:
        print(f'{_usage()}\nmmcrack: there is no command {name!r}', file=sys.stderr)
        return 2
    return _run(name, rest)


def _usage() -> str:
    lines = (f'  {name:10}{text}' for name, text in COMMANDS.items())
    return _USAGE.format(commands='\n'.join(lines))


def _run(name: str, arguments: Sequence[str]) -> int:
    # mmcv says on every start that its compiled operators are missing; nothing here calls them
    warnings.filterwarnings('ignore', message='Fail to import ``MultiScaleDeformableAttention``')
    import_error = import_mmcrack()
    if import_error is not None and name != 'doctor':
        return _failed(name, import_error, 'mmcrack doctor says what is wrong with the environment')
    context = {'import_error': import_error} if name == 'doctor' else {}
    from mmcrack.commands import run_command

    command = importlib.import_module(f'mmcrack.commands.{name}')
    try:
        return run_command(command, arguments, prog=f'mmcrack {name}', **context)
    except KeyboardInterrupt:
        goes_on = getattr(command, 'GOES_ON', None)
        print('\nInterrupted' + (f'; {goes_on}' if goes_on else ''), file=sys.stderr)
        return 130  # as shells call it
    except (ValueError, KeyError, OSError, RuntimeError) as error:
        return _failed(name, error)


def import_mmcrack() -> Exception | None:
    """Import mmcrack; where that fails, make at least its submodules importable.

    Returns:
        Why it failed, or None.
    """
    try:
        importlib.import_module('mmcrack')
    except Exception as error:  # the environment is what is examined: anything may be raised
        spec = importlib.util.find_spec('mmcrack')
        if spec is None:
            raise
        sys.modules['mmcrack'] = importlib.util.module_from_spec(spec)
        return error
    return None


def _failed(name: str, error: Exception, remedy: str | None = None) -> int:
    if os.environ.get(_ENV_TRACEBACK):
        raise error
    text = error.args[0] if isinstance(error, KeyError) and error.args else error
    kind = '' if isinstance(error, ValueError | KeyError | OSError) else f'{type(error).__name__}: '
    print(f'mmcrack {name}: {kind}{text}', file=sys.stderr)
    if remedy is None and kind:
        remedy = f'{_ENV_TRACEBACK}=1 shows where that came from'
    if remedy:
        print(remedy, file=sys.stderr)
    return 1


if __name__ == '__main__':
    sys.exit(main())
