"""What the benchmarks of this folder measure time with."""

import time
from collections.abc import Callable


def shortest(
    work: Callable[[], object], runs: int, clock: Callable[[], float] = time.process_time
) -> float:
    """Seconds of the shortest of several runs.

    Args:
        work: What is measured.
        runs: How often.
        clock: CPU time of this process, which others disturb less, or ``time.perf_counter`` for
            what waits or runs in other processes.
    """
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return min(times)
