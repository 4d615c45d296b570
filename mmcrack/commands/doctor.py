"""Check a data set before training, or the environment.

Without DATA and --config it checks the environment: versions, mismatches, GPU, disk, memory,
weights. With them it checks the data set: pairs, sizes, values of the masks, duplicates within and
across splits, unreadable files, color depth. Published layouts and folders such as images/ and
masks/ are recognized. The exit status is 1 where there are errors, 2 for a wrong command line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from mmcrack.doctor.environment_checks import ENVIRONMENT_CHECKS
from mmcrack.doctor.findings import Diagnosis, Finding, Severity, run_checks
from mmcrack.doctor.printing import diagnosis_text
from mmcrack.utils.atomic_files import write_atomically


def add_arguments(options: argparse.ArgumentParser) -> None:
    """Add the options."""
    options.add_argument('data', nargs='?', type=Path, help='folder of a data set, or of several')
    options.add_argument('--images', metavar='SUB', help='folder of the images, below DATA')
    options.add_argument('--masks', metavar='SUB', help='folder of the masks, below DATA')
    options.add_argument(
        '--config', help='check the data sets of this config, as training will read them'
    )
    options.add_argument('--json', type=Path, metavar='FILE', help='write all findings to FILE')
    options.add_argument(
        '--show', type=int, default=5, help='files to list of each finding (default: 5)'
    )
    options.add_argument(
        '--workers',
        type=int,
        default=min(8, os.cpu_count() or 1),
        help='threads that read files (default: the number of cores, up to 8)',
    )
    options.set_defaults(usage_error=options.error)


def run(args: argparse.Namespace, import_error: BaseException | None = None) -> int:
    """Check, print, and write what is asked for.

    Args:
        args: The command line.
        import_error: Why ``import mmcrack`` failed, where it did.

    Returns:
        The exit status: 1 where there are errors.
    """
    _check_arguments(args)
    if args.json is not None:
        _require_writable(args)
    about_data = args.data is not None or args.config is not None
    diagnosis = _data(args, import_error) if about_data else run_checks(ENVIRONMENT_CHECKS)
    print(diagnosis_text(diagnosis, args.show))
    if args.json is not None:
        write_atomically(args.json, json.dumps(diagnosis.as_dict(), indent=2) + '\n')
    return 1 if diagnosis.count(Severity.ERROR) else 0


def _check_arguments(args: argparse.Namespace) -> None:
    if args.data is not None and args.config is not None:
        args.usage_error('give DATA or --config, not both')
    if args.masks is not None and args.images is None:
        args.usage_error('--masks goes with --images')
    if args.images is not None and args.data is None:
        args.usage_error('--images names a folder below DATA, which is missing')
    if args.workers < 1 or args.show < 0:
        args.usage_error('--workers must be at least 1, --show at least 0')


def _require_writable(args: argparse.Namespace) -> None:
    """Stop before the work where its result could not be kept."""
    file = args.json
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        args.usage_error(f'--json {file}: {error}')
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        args.usage_error(f'--json {file}: cannot be written there')


def _data(args: argparse.Namespace, import_error: BaseException | None) -> Diagnosis:
    """Check the data; where mmcrack does not import, say so and check the environment instead."""
    try:
        if import_error is not None:
            raise import_error
        from mmcrack.doctor.data_diagnosis import diagnose
    except Exception as error:  # whatever a broken installation raises
        return Diagnosis.of([_not_checked(error)]) + run_checks(ENVIRONMENT_CHECKS)
    try:
        return diagnose(
            args.data,
            images=args.images,
            masks=args.masks,
            config=args.config,
            workers=args.workers,
        )
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))


def _not_checked(error: BaseException) -> Finding:
    return Finding(
        Severity.ERROR,
        'data set not checked',
        f'mmcrack does not import here: {type(error).__name__}: {error}',
        'nothing is known of the data set',
        'mend the environment by the findings below, then call again',
    )
