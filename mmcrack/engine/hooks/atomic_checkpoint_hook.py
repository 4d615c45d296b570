"""Checkpoints that a kill, a power cut or a full disk cannot spoil."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mmengine.dist import is_main_process
from mmengine.fileio import LocalBackend, get_file_backend
from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from mmcrack.engine.atomic_backend import ATOMIC
from mmcrack.registry import HOOKS
from mmcrack.utils.atomic_files import write_atomically


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """MMEngine's hook, with which there is a complete checkpoint at any moment after the first.

    MMEngine writes into the file of the final name, removes the outdated checkpoint before the new
    one is complete, and then overwrites ``last_checkpoint``. Here files appear when they are
    complete, and what they replace goes last. Also, a resumed training that selects its best
    checkpoint repeats the validation that was due at the step it resumes from, because the run
    that was interrupted may not have come to its end.

    Arguments are those of MMEngine's hook; they apply to local folders, and other storage is left
    as it is.
    """

    def before_train(self, runner: Runner) -> None:
        """Find the folder, clear it of what a killed run left, and catch up on validation."""
        super().before_train(runner)
        default = self.backend_args is None and self.file_client_args is None
        if default and isinstance(self.file_backend, LocalBackend):
            self.backend_args = {'backend': ATOMIC}
            self.file_backend = get_file_backend(self.out_dir, backend_args=self.backend_args)
            if is_main_process():
                for partial in Path(self.out_dir).glob('.*.pth.*.partial'):
                    partial.unlink()
                if self.save_best and runner._resume:
                    self._remove_superseded()
        if self.save_best and runner._resume and _validation_is_due(runner):
            runner.logger.info(f'Validating the checkpoint of step {runner.iter} once more.')
            runner.val_loop.run()

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        outdated = self._outdated(runner, step)
        name = self.filename_tmpl.format(step)
        self.last_ckpt = self.file_backend.join_path(self.out_dir, name)
        runner.message_hub.update_info('last_ckpt', self.last_ckpt)
        runner.save_checkpoint(
            self.out_dir,
            name,
            self.file_client_args,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            backend_args=self.backend_args,
            **self.args,
        )
        if is_main_process():
            write_atomically(Path(runner.work_dir, 'last_checkpoint'), self.last_ckpt)
            for path in outdated:
                _remove(self.file_backend, path)

    def _outdated(self, runner: Runner, step: int) -> list[str]:
        """Checkpoints to be removed once that of ``step`` is complete.

        The new checkpoint still lists them, so that a resumed run knows of them.
        """
        if self.max_keep_ckpts <= 0 or (self.keep_ckpt_ids and self.keep_ckpt_ids[-1] == step):
            return []
        listed = [*self.keep_ckpt_ids, step]
        runner.message_hub.update_info('keep_ckpt_ids', listed)
        self.keep_ckpt_ids.append(step)
        kept = listed[-self.max_keep_ckpts :]  # a repeated step is in both
        names = [self.filename_tmpl.format(old) for old in listed if old not in kept]
        return [self.file_backend.join_path(self.out_dir, name) for name in names]

    def _save_best_checkpoint(self, runner: Runner, metrics: dict) -> None:
        if not self.save_best:
            return
        backend = self.file_backend
        self.file_backend = _RemovesLater(backend)
        try:
            super()._save_best_checkpoint(runner, metrics)
            outdated = self.file_backend.outdated
        finally:
            self.file_backend = backend
        current = {Path(path).name for path in self._best_paths() if path}
        for path in outdated:
            if Path(path).name not in current:
                _remove(backend, path)

    def _remove_superseded(self) -> None:
        """Remove earlier best checkpoints, which a kill left beside the best one.

        By then the checkpoint to resume from names the best one, and nothing names the earlier.
        """
        for best in filter(None, self._best_paths()):
            kind, step = _kind_and_step(best)
            for path in Path(self.out_dir).glob('best_*'):
                if _kind_and_step(path)[0] == kind and _kind_and_step(path)[1] < step:
                    _remove(self.file_backend, str(path))

    def _best_paths(self) -> list[str | None]:
        if len(self.key_indicators) == 1:
            return [self.best_ckpt_path]
        return list(self.best_ckpt_path_dict.values())


class _RemovesLater:
    """A file backend that notes what it is told to remove."""

    def __init__(self, backend: LocalBackend) -> None:
        self._backend = backend
        self.outdated: list[str] = []
        self.remove: Callable[[str], None] = self.outdated.append
        self.rmtree: Callable[[str], None] = self.outdated.append

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def _kind_and_step(path: str | Path) -> tuple[tuple[str, str], int]:
    """What surrounds the last number of a checkpoint's name, and the number; -1 for none."""
    match = re.fullmatch(r'(.*?)(\d*)(\D*)', Path(path).name, re.DOTALL)
    return (match[1], match[3]), int(match[2] or -1)


def _remove(backend: LocalBackend, path: str) -> None:
    if backend.isfile(path):
        backend.remove(path)
    elif backend.isdir(path):  # of DeepSpeed
        backend.rmtree(path)


def _validation_is_due(runner: Runner) -> bool:
    loop = runner.train_loop
    step, last = (
        (runner.iter, runner.max_iters)
        if 'Iter' in type(loop).__name__
        else (runner.epoch, runner.max_epochs)
    )
    if runner.val_loop is None or step == 0:
        return False
    loop._decide_current_val_interval()
    return step >= loop.val_begin and (step % loop.val_interval == 0 or step == last)
