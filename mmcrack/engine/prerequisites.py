"""What must exist before a job can start, made in order where it is missing."""

import gc
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.dist import broadcast_object_list, get_dist_info

from mmcrack.engine.cfg_options import merge_options
from mmcrack.engine.config_files import find_config
from mmcrack.engine.jobs import Job, LabelJob, TrainJob
from mmcrack.engine.preflight import check_files, check_parts, check_types

_FIELDS = {
    'train': ({'train', 'checkpoint'}, {'cfg_options'}),
    'label': ({'label', 'images', 'out'}, {'cfg_options', 'recursive', 'ann_file'}),
}

_Chain = tuple[tuple[str, Mapping[str, Any]], ...]  # who waits for whom: config and cfg_options


class PrerequisitesMissingError(RuntimeError):
    """Prerequisites are missing and may not be made; the message lists the commands."""


def fulfil(cfg: Config, jobs: list[Job], *, allowed: bool = True) -> None:
    """Run the jobs whose products are missing or outdated, in order, on all ranks.

    Before the first of them starts, everything that the main job and they will read is checked,
    so that a missing file costs seconds, not the hours until it is reached.

    Args:
        cfg: the main job's config, fitted to the ranks.
        jobs: from :func:`collect_jobs`.
        allowed: whether to run them; else an error lists the commands.

    Raises:
        PrerequisitesMissingError: some are missing and ``allowed`` is off.
        FileNotFoundError: a file that no job makes is missing; nothing has been started.
    """
    pending, reasons = _agree_on_pending(jobs)
    products = [job.product for job in every_job(jobs)]
    for job_cfg in (*(job.cfg for job in pending), cfg):
        check_types(job_cfg)
        check_files(job_cfg, products)
    if not pending:
        return
    launcher = cfg.get('launcher', 'none')
    if not allowed:
        raise PrerequisitesMissingError(_commands(pending, reasons, launcher))
    for job in pending:
        check_parts(job.cfg, products)
    check_parts(cfg, products)
    for number, (job, reason) in enumerate(zip(pending, reasons, strict=True), 1):
        _say(f'Prerequisite {number} of {len(pending)}: {reason}. Running {job.config}')
        job.run(launcher)
        gc.collect()  # the Runner is a web of references
        torch.cuda.empty_cache()
    _say(f'{len(pending)} prerequisites made; on to the main job')


def _agree_on_pending(jobs: list[Job]) -> tuple[list[Job], list[str]]:
    """Pending jobs, inputs first, and why; decided by the first rank for all."""
    found: list[Any] = [None]
    if get_dist_info()[0] == 0:
        found[0] = {job.product: reason for job, reason in _pending(jobs)}
    broadcast_object_list(found)
    by_product = {job.product: job for job in every_job(jobs)}
    return [by_product[product] for product in found[0]], list(found[0].values())


def _pending(jobs: list[Job]) -> Iterator[tuple[Job, str]]:
    """A job that need not run needs no inputs either."""
    for job in jobs:
        reason = job.why_run()
        if reason is not None:
            yield from _pending(job.inputs)
            yield job, reason


def _commands(pending: list[Job], reasons: list[str], launcher: str) -> str:
    ranks = get_dist_info()[1]
    lines = [f'{len(pending)} prerequisites are missing; run in this order:']
    for job, reason in zip(pending, reasons, strict=True):
        lines += [f'  # {reason}', f'  {job.command(launcher, ranks)}']
    return '\n'.join(lines)


def _say(text: str) -> None:
    if get_dist_info()[0] == 0:
        print(text, flush=True)  # a logger of the job before may be set to warnings only


def collect_jobs(cfg: Config, config: str) -> list[Job]:
    """The jobs that ``cfg.prerequisites`` lists, each with its own prerequisites inside.

    Args:
        cfg: a config.
        config: its file, for messages and to find cycles.

    Raises:
        FileNotFoundError: a listed config does not exist.
        ValueError: an entry is malformed, configs wait for each other, or two jobs would work in
            one folder.
    """
    jobs = _collect(cfg, ((os.path.normpath(config), {}),), {})
    _require_own_folders(list(every_job(jobs)), cfg.get('work_dir'), config)
    return jobs


def every_job(jobs: list[Job]) -> Iterator[Job]:
    """Jobs and their inputs, inputs first."""
    for job in jobs:
        yield from every_job(job.inputs)
        yield job


def _collect(cfg: Config, chain: _Chain, known: dict[str, Job]) -> list[Job]:
    """``known``: entry → job; a round and its labels wait for one student, which is read once."""
    jobs = []
    for index, entry in enumerate(cfg.get('prerequisites') or []):
        if repr(entry) not in known:
            where = f'{chain[-1][0]}: prerequisites[{index}]'
            known[repr(entry)] = _job(entry, where, chain, known)
        jobs.append(known[repr(entry)])
    return jobs


def _job(entry: Mapping[str, Any], where: str, chain: _Chain, known: dict[str, Job]) -> Job:
    kind = next((kind for kind in _FIELDS if kind in entry), None)
    required, optional = _FIELDS[kind] if kind else (set(), set())
    if kind is None or not required <= set(entry) <= required | optional:
        raise ValueError(
            f'{where}: {dict(entry)}; expected dict(train=CONFIG, checkpoint=FILE) or '
            'dict(label=CONFIG, images=FOLDER, out=FOLDER), each with cfg_options=dict(…) at will'
        )
    config = os.path.normpath(entry[kind])
    options = entry.get('cfg_options', {})
    chain = (*chain, (config, options))
    if chain[-1] in chain[:-1]:  # with other options it is another job
        circle = ' → '.join(config for config, _ in chain)
        raise ValueError(f'{where}: a circle of prerequisites: {circle}')
    try:
        cfg = Config.fromfile(find_config(config))
    except FileNotFoundError as error:
        raise FileNotFoundError(f'{where}: {error}') from error
    merge_options(cfg, options)
    common = (entry[kind], cfg, options, _collect(cfg, chain, known))
    if kind == 'train':
        return TrainJob(*common, checkpoint=Path(os.path.normpath(entry['checkpoint'])))
    which = {key: entry[key] for key in ('recursive', 'ann_file') if key in entry}
    out = Path(os.path.normpath(entry['out']))
    return LabelJob(*common, images=entry['images'], out=out, **which)


def _require_own_folders(jobs: list[Job], work_dir: str | None, config: str) -> None:
    """A training of another config replaces its folder, so nothing else may be in it."""
    folders = {_folder(job): job for job in jobs}
    main = Path(os.path.normpath(work_dir)) if work_dir else None
    for job in jobs:
        other = folders[_folder(job)]
        if other.fingerprint != job.fingerprint:
            raise ValueError(
                f'{_folder(job)}: wanted by {job.config} and, differently, by {other.config}'
            )
        inside = [(path, other.config) for path, other in folders.items() if path != _folder(job)]
        inside += [(main, config)] if main else []
        for path, owner in inside:
            if isinstance(job, TrainJob) and (path == _folder(job) or _folder(job) in path.parents):
                raise ValueError(
                    f'{job.product}: {job.config} needs a folder of its own, but {path} of '
                    f'{owner} is in {_folder(job)}'
                )


def _folder(job: Job) -> Path:
    return job.work_dir if isinstance(job, TrainJob) else job.product
