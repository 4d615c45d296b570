"""How long a training took, all its parts together."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.runner.checkpoint import CheckpointLoader

from mmcrack.engine.jobs import Job, TrainJob
from mmcrack.engine.prerequisites import every_job
from mmcrack.engine.records import read_record
from mmcrack.engine.training import RECORD


def training_time(checkpoint: Path) -> dict[str, Any]:
    """Steps and wall time of the training that a checkpoint comes from, and where it ran.

    A Runner keeps the time of every step (loading its batch included, validation not) in its
    checkpoints, and a resumed one goes on with those of the part before. So the sum is that of
    all parts, and steps which an interruption lost and which were made again count once.

    Args:
        checkpoint: Of a Runner; ``training.json`` beside it tells the machines.

    Returns:
        ``steps``, ``seconds`` (None where the file does not have all steps' times) and
        ``machines``.
    """
    state = CheckpointLoader.load_checkpoint(str(checkpoint), map_location='cpu')
    steps = (state.get('meta') or {}).get('iter')
    log = (state.get('message_hub') or {}).get('log_scalars', {}).get('train/time')
    times = [] if log is None else log.data[0]
    complete = bool(steps) and len(times) == steps
    record = read_record(checkpoint.parent / RECORD) or {}
    return {
        'steps': steps,
        'seconds': round(float(sum(times)), 2) if complete else None,
        'machines': record.get('machines', []),
    }


def prerequisites_time(jobs: Sequence[Job]) -> dict[str, Any]:
    """Number of trainings that came first, and their wall time; None where one is not known."""
    trainings = {job.product: job for job in every_job(list(jobs)) if isinstance(job, TrainJob)}
    seconds = [_seconds(job) for job in trainings.values()]
    known = all(value is not None for value in seconds)
    return {'trainings': len(seconds), 'seconds': round(sum(seconds), 2) if known else None}


def _seconds(job: TrainJob) -> float | None:
    record = read_record(job.work_dir / RECORD)
    last = job.work_dir / record.get('checkpoint', '') if record else job.checkpoint
    return training_time(last)['seconds'] if last.is_file() else None
