"""Processes to be killed: forked from a server that has imported everything."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable


class Job:
    """A function that runs in a process of its own.

    Args:
        context: of multiprocessing.
        function: takes ``arguments``; its result or the text of its error comes back.
        limit: bytes that a file may hold in this process.
        deadly: whether the process dies of the first byte beyond ``limit``.
    """

    def __init__(
        self,
        context: multiprocessing.context.BaseContext,
        function: Callable,
        *arguments: object,
        limit: int | None = None,
        deadly: bool = False,
        **options: object,
    ) -> None:
        self._answers, theirs = context.Pipe(duplex=False)
        call = (function, arguments, options, limit, deadly)
        self.process = context.Process(target=_main, args=(theirs, *call))
        self.process.start()
        theirs.close()
        self._receive()  # the function begins now
        self.began = time.monotonic()

    def _receive(self) -> tuple[str, object]:
        if not self._answers.poll(60):
            self.process.kill()
            raise TimeoutError('the process neither answers nor ends')
        return self._answers.recv()

    def result(self) -> object:
        """Wait for the end.

        Raises:
            RuntimeError: the function raised; its message.
            EOFError: the process was killed.
        """
        try:
            kind, value = self._receive()
        finally:
            self.process.join(30)
        if kind == 'error':
            raise RuntimeError(value)
        return value

    def kill(self) -> bool:
        """SIGKILL; says whether the process was at work."""
        self.process.kill()
        self.process.join(30)
        return self.process.exitcode == -signal.SIGKILL

    def kill_after(self, seconds: float) -> bool:
        """SIGKILL after some time; says whether the process was at work."""
        self.process.join(seconds)
        return self.kill()

    @property
    def exitcode(self) -> int | None:
        """Of the process; negative for a signal."""
        return self.process.exitcode


def _main(
    answers: multiprocessing.connection.Connection,
    function: Callable,
    arguments: tuple,
    options: dict,
    limit: int | None,
    deadly: bool,
) -> None:
    import jobs

    jobs.begin()
    if limit is not None:
        jobs.limit_file_size(limit, deadly=deadly)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # progress bars and logs
    answers.send(('begins', None))
    try:
        answer = 'result', function(*arguments, **options)
    except Exception as error:
        answer = 'error', f'{type(error).__name__}: {error}'
    answers.send(answer)


def seeded_delays(seed: int, longest: float) -> random.Random:
    """The generator of the moments; prints what is needed to draw them again."""
    print(f'kills: seed {seed}, up to {longest:.3f} s after the beginning')
    return random.Random(seed)
