"""Check a data set before training, or the environment; works where mmcrack does not import."""

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # also where nothing is installed


def import_mmcrack() -> Exception | None:
    """Import mmcrack; where that fails, make at least its submodules importable.

    Returns:
        Why it failed, or None.
    """
    try:
        import mmcrack  # noqa: F401
    except Exception as error:  # the environment is what is examined: anything may be raised
        spec = importlib.util.find_spec('mmcrack')
        sys.modules['mmcrack'] = importlib.util.module_from_spec(spec)
        return error
    return None


def main() -> None:
    """Run the command."""
    import_error = import_mmcrack()
    from mmcrack.doctor.command import run

    sys.exit(run(import_error=import_error))


if __name__ == '__main__':
    main()
