"""Download of large files: resumed where it stopped, checked, and in place only when whole."""

import hashlib
import http.client
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

_BLOCK = 2**20
_TIMEOUT = 30  # seconds without an answer


class DownloadError(OSError):
    """A download that did not end in the file that was asked for."""


def download(
    url: str,
    target: Path,
    sha256: str,
    *,
    progress: Callable[[int, int | None], None] | None = None,
) -> bool:
    """Get a file, unless it is there already.

    What has arrived is kept in ``<target>.part``; a later call asks the server for the rest.

    Args:
        url: Source.
        target: Where the file goes, only when it is whole and has the right checksum.
        sha256: Checksum of the file.
        progress: Called with the bytes at hand and the total, where the server tells it.

    Returns:
        Whether anything was downloaded.

    Raises:
        DownloadError: no connection, a server's refusal, or a wrong checksum.
    """
    if target.exists():
        _require_checksum(target, sha256, 'delete it or choose another --out')
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + '.part')
    if not part.exists() or checksum(part) != sha256:
        _fetch(url, part, progress)
    try:
        _require_checksum(part, sha256, 'what was downloaded has been deleted; try again')
    except DownloadError:
        part.unlink()
        raise
    part.replace(target)
    return True


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open('rb') as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _require_checksum(path: Path, sha256: str, remedy: str) -> None:
    found = checksum(path)
    if found != sha256:
        raise DownloadError(f'{path}: SHA-256 is {found}, expected {sha256}; {remedy}')


def _fetch(url: str, part: Path, progress: Callable[[int, int | None], None] | None) -> None:
    """Append to ``part`` what is missing; start again where the server cannot resume."""
    start = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={'Range': f'bytes={start}-'} if start else {})
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
            total = _save(response, part, progress)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # what is there is as long as the file, or longer, and is not it
            part.unlink()
            text = f'{url}: {part} was no part of it and is deleted; try again'
            raise DownloadError(text) from error
        raise DownloadError(f'{url}: the server answers {error.code} {error.reason}') from error
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError) as e:
        raise DownloadError(
            f'{url}: no connection ({getattr(e, "reason", e)}). Without one, fetch the file '
            f'elsewhere and copy it to {part.with_suffix("")}. Call again to resume.'
        ) from e
    if total is not None and part.stat().st_size < total:
        raise DownloadError(
            f'{url}: the connection ended after {part.stat().st_size} of {total} bytes; '
            'call again to resume'
        )


def _save(
    response: http.client.HTTPResponse,
    part: Path,
    progress: Callable[[int, int | None], None] | None,
) -> int | None:
    """Write an answer to ``part``, after what is there if it is the rest; return the total."""
    resumed = response.status == 206
    length = response.headers.get('Content-Length')
    with part.open('ab' if resumed else 'wb') as file:
        total = file.tell() + int(length) if length else None
        while block := response.read(_BLOCK):
            file.write(block)
            if progress is not None:
                progress(file.tell(), total)
    return total


def print_progress(done: int, total: int | None) -> None:
    """Show megabytes on one line of standard error."""
    share = f' of {total / 1e6:.0f} MB ({100 * done / total:.0f} %)' if total else ' MB'
    end = '\n' if done == total else ''
    print(f'\r{done / 1e6:.0f}{share}', end=end, file=sys.stderr, flush=True)
