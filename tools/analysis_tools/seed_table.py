"""Train configs with several seeds and print mean ± standard deviation of their figures.

A config says what a seed changes: seed_options, a list of --cfg-options with {seed} in them, as
'randomness.seed={seed}'. Each run is one tools/train.py in WORK_DIR/CONFIG/seed_N; its figures are
those of its last validation. Interrupted, the same command goes on: finished runs are kept, an
unfinished one is resumed. Seeds come before configs, so that a table of all configs appears early.

    python tools/analysis_tools/seed_table.py configs/igmsda/few_shot/*.py --seeds 0 1 2 3 4
"""

import argparse
import json
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mmengine.logging import MMLogger

import mmcrack  # noqa: F401  # first: it makes torchvision importable
from mmcrack.engine.prerequisites import collect_jobs
from mmcrack.engine.records import fingerprint
from mmcrack.engine.training_run import TrainingRun, read_config

TRAIN = Path(__file__).parents[1] / 'train.py'
_NO_FIGURES = ('step', 'time', 'data_time', 'memory')


@dataclass(frozen=True, kw_only=True)
class Run(TrainingRun):
    """One training of a config with a seed."""

    seed: int

    def figures(self) -> dict[str, float]:
        """Of the last validation in its logs; empty where there is none."""
        for log in sorted(self.work_dir.glob('*/vis_data/scalars.json'), reverse=True):
            for line in reversed(log.read_text().splitlines()):
                entry = json.loads(line)
                if 'loss' not in entry:  # lines of the training have one
                    return {key: value for key, value in entry.items() if key not in _NO_FIGURES}
        return {}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', nargs='+', metavar='CONFIG')
    parser.add_argument('--seeds', nargs='+', type=int, default=[0, 1, 2, 3, 4])
    parser.add_argument('--work-dir', type=Path, default=Path('work_dirs/seeds'))
    parser.add_argument(
        '--metrics', nargs='+', help='which figures the table holds (default: all that are logged)'
    )
    parser.add_argument(
        '--minus',
        metavar='CONFIG',
        help='one of the configs: table the differences from it, seed by seed, instead',
    )
    parser.add_argument(
        '--table-only', action='store_true', help='print what is finished, train nothing'
    )
    parser.add_argument('--dry-run', action='store_true', help='print the commands of what remains')
    return parser.parse_args()


def make_run(config: str, seed: int, work_dir: Path) -> Run:
    """Describe a run, and check that its options name settings of the config.

    Raises:
        ValueError: The config has no ``seed_options``.
    """
    options = read_config(config).get('seed_options')
    if not options:
        raise ValueError(
            f'{config}: no seed_options; add for instance '
            "seed_options = ['randomness.seed={seed}']"
        )
    options = [option.replace('{seed}', str(seed)) for option in options]
    cfg = read_config(config, options)
    inputs = (job.fingerprint for job in collect_jobs(cfg, config))
    return Run(
        config=config,
        seed=seed,
        work_dir=work_dir / Path(config).stem / f'seed_{seed}',
        options=options,
        fingerprint=fingerprint(cfg, inputs),
        script=TRAIN,
    )


def train(run: Run) -> None:
    """Train to the end; its output goes to ``train.log`` in its folder.

    Raises:
        RuntimeError: It failed.
    """
    start = time.monotonic()
    run.train()
    print(f'{run.work_dir}: {time.monotonic() - start:.0f} s', flush=True)


def table(runs: list[Run], metrics: list[str] | None, minus: str | None = None) -> str:
    """A Markdown table: a row per config, mean ± sample standard deviation over the seeds.

    Args:
        runs: The runs; those that are not finished count nowhere.
        metrics: Names of the columns; None for all that are logged.
        minus: A config; the table is about differences from its figures with the same seed.

    Raises:
        ValueError: A metric is not logged, or ``minus`` is none of the configs.
    """
    figures: dict[str, dict[int, dict[str, float]]] = {}
    for run in runs:
        found = run.figures() if run.finished() else {}
        figures.setdefault(run.config, {}).update({run.seed: found} if found else {})
    logged = {key: None for rows in figures.values() for row in rows.values() for key in row}
    metrics = metrics or list(logged)
    missing = [metric for metric in metrics if logged and metric not in logged]
    if missing:
        raise ValueError(f'{", ".join(missing)}: not logged; there are {", ".join(logged)}')
    if minus is not None:
        figures = _differences(figures, minus, metrics)
    lines = [
        f'| config | seeds | {" | ".join(metrics)} |',
        '| --- |' + ' ---: |' * (len(metrics) + 1),
    ]
    for config, rows in figures.items():
        cells = [_cell([row[metric] for row in rows.values()]) for metric in metrics]
        lines.append(f'| {Path(config).stem} | {len(rows)} | {" | ".join(cells)} |')
    return '\n'.join(lines)


def _differences(
    figures: dict[str, dict[int, dict[str, float]]], minus: str, metrics: list[str]
) -> dict[str, dict[int, dict[str, float]]]:
    if minus not in figures:
        raise ValueError(f'--minus {minus}: must be one of {", ".join(figures)}')
    base = figures[minus]
    return {
        config: {
            seed: {metric: row[metric] - base[seed][metric] for metric in metrics}
            for seed, row in rows.items()
            if seed in base
        }
        for config, rows in figures.items()
        if config != minus
    }


def _cell(values: list[float]) -> str:
    if not values:
        return '–'
    deviation = f' ± {statistics.stdev(values):.2f}' if len(values) > 1 else ''
    return f'{statistics.mean(values):.2f}{deviation}'


def main() -> None:
    """Train what is missing, then print the table."""
    args = parse_args()
    MMLogger.get_current_instance().setLevel('WARNING')  # configs announce each use of a variable
    try:
        runs = [
            make_run(config, seed, args.work_dir) for seed in args.seeds for config in args.configs
        ]
        remaining = [run for run in runs if not run.finished()]
        if args.dry_run:
            print('\n'.join(' '.join(run.command) for run in remaining))
            return
        for run in [] if args.table_only else remaining:
            train(run)
        print(table(runs, args.metrics, args.minus))
    except (ValueError, RuntimeError) as error:
        sys.exit(str(error))


if __name__ == '__main__':
    main()
