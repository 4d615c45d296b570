"""What the scripts share: their options, and the config that these describe."""

import argparse
import os
from pathlib import Path

from mmengine.config import Config
from mmengine.device import get_device

from mmcrack.engine.cfg_options import OptionAction, merge_options
from mmcrack.engine.config_files import find_config
from mmcrack.engine.config_keys import constructor_keys, registered


def add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--cfg-options``, ``--launcher`` and ``--local_rank``, as every MM script has them."""
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=OptionAction,
        metavar='KEY=VALUE',
        help='override settings of the config: xxx.yyy=value; lists as key="[a,b]" or key=a,b, '
        'also nested: key="[(a,b),(c,d)]" (with the quotation marks, without white space)',
    )
    add_launcher_options(parser)


def add_launcher_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--launcher`` and ``--local_rank``."""
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='job launcher; tools/dist_*.sh and tools/slurm_*.sh set it',
    )
    # torch.distributed.launch passes --local-rank since PyTorch 2.0
    parser.add_argument(
        '--local_rank', '--local-rank', type=int, default=0, help='set by launchers'
    )


def load_config(args: argparse.Namespace) -> Config:
    """Read ``args.config``, apply the common options and decide on the work directory.

    The work directory is, in this order: ``--work-dir``, the config's ``work_dir``,
    ``./work_dirs/<name of the config>``.

    Raises:
        FileNotFoundError: there is no such config.
        KeyError: an option names no setting.
    """
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    cfg = Config.fromfile(find_config(args.config))
    cfg.launcher = args.launcher
    if args.cfg_options is not None:
        merge_options(cfg, args.cfg_options)
    if getattr(args, 'work_dir', None) is not None:
        cfg.work_dir = args.work_dir
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs') / Path(args.config).stem)
    return cfg


def enable_amp(cfg: Config) -> None:
    """Switch the optimizer wrapper to automatic mixed precision, in place.

    Raises:
        ValueError: there is no GPU, or the config has a wrapper of its own that AMP cannot replace.
    """
    if get_device() == 'cpu':
        raise ValueError('--amp: mixed precision needs a GPU, and there is none')
    wrapper = cfg.optim_wrapper.get('type', 'OptimWrapper')
    if wrapper == 'AmpOptimWrapper':
        return
    if wrapper != 'OptimWrapper':
        raise ValueError(
            f'--amp replaces optim_wrapper type OptimWrapper; this config has {wrapper}'
        )
    cfg.optim_wrapper.type = 'AmpOptimWrapper'
    cfg.optim_wrapper.setdefault('loss_scale', 'dynamic')


def show_predictions(cfg: Config, *, show: bool, wait_time: float, show_dir: str | None) -> None:
    """Turn on the visualization hook, in place.

    Raises:
        KeyError: the config has no such hook.
    """
    hook = cfg.get('default_hooks', {}).get('visualization')
    if hook is None:
        raise KeyError(
            '--show and --show-dir need default_hooks.visualization in the config, for instance '
            "visualization=dict(type='SegVisualizationHook')"
        )
    hook.draw = True
    if show:
        hook.show, hook.wait_time = True, wait_time
    if show_dir is not None:
        cfg.visualizer.save_dir = show_dir


def save_predictions(cfg: Config, out: str) -> None:
    """Have the test write predictions: to a folder, by a metric that can; or to a ``.pkl`` file.

    Raises:
        ValueError: a folder is given and no metric writes predictions.
    """
    metrics = cfg.test_evaluator if isinstance(cfg.test_evaluator, list) else [cfg.test_evaluator]
    if out.endswith('.pkl'):
        cfg.test_evaluator = [*metrics, {'type': 'DumpResults', 'out_file_path': out}]
        return
    writers = [metric for metric in metrics if 'output_dir' in _keys(metric, cfg)]
    if not writers:
        names = ', '.join(metric['type'] for metric in metrics)
        raise ValueError(f'--out {out}: none of the metrics ({names}) writes files; give a .pkl')
    for metric in writers:
        metric['output_dir'] = out
        if 'keep_results' in _keys(metric, cfg):
            metric['keep_results'] = True


def _keys(metric: dict, cfg: Config) -> frozenset[str]:
    parts = registered(metric['type'], cfg.get('default_scope') or 'mmengine')
    return frozenset().union(*(constructor_keys(part).names for part in parts))


def require_test_time_augmentation(cfg: Config) -> None:
    """Raise KeyError where a config says nothing about augmentation."""
    for key in ('tta_model', 'tta_pipeline'):
        if cfg.get(key) is None:
            raise KeyError(f'--tta: the config has no {key}')


def use_test_time_augmentation(cfg: Config) -> None:
    """Wrap the model and exchange the test pipeline, in place.

    Raises:
        KeyError: the config says nothing about augmentation.
    """
    require_test_time_augmentation(cfg)
    cfg.test_dataloader.dataset.pipeline = cfg.tta_pipeline
    cfg.tta_model.module = cfg.model
    cfg.model = cfg.tta_model
