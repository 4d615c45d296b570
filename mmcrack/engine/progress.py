"""Progress of long jobs on the console."""

from collections.abc import Iterator

from mmengine import ProgressBar


def with_progress(stems: list[str], *, show: bool) -> Iterator[str]:
    """Hand on names of images, with a bar that shows the rate and the remaining time."""
    if not show or not stems:
        yield from stems
        return
    bar = ProgressBar(len(stems))
    for stem in stems:
        yield stem
        bar.update()
    bar.file.write('\n')
