"""Where a config is: at its path, or among those that come with mmcrack."""

from pathlib import Path

import mmcrack

_PACKAGE = Path(mmcrack.__file__).parent


def find_config(config: str) -> str:
    """The file of a config.

    Args:
        config: Path of the file. Where there is none below the working directory,
            ``configs/…`` is looked for among mmcrack's own, so that commands work in any folder.

    Returns:
        The path.

    Raises:
        FileNotFoundError: there is none.
    """
    if Path(config).is_file():
        return config
    for root in (_PACKAGE / '.mim', _PACKAGE.parent):  # of a wheel; of a checkout
        if (root / config).is_file() and Path(config).parts[0] == 'configs':
            return str(root / config)
    raise FileNotFoundError(
        f'{config}: there is no such config, neither in {Path.cwd()} nor among those of mmcrack'
    )
