"""Make a checkpoint of the bare segmentor from one of a MeanTeacher: its teacher.

The result needs no MeanTeacher: it goes with the config of the segmentor that was trained, and
carries that model's config inside, for what builds models from checkpoints.
"""

import argparse
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import torch
from mmengine.config import Config
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor

from mmcrack.utils.atomic_files import open_atomically
from mmcrack.utils.safe_config import config_from_text

TEACHER = 'teacher.'


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('checkpoint', help='checkpoint of a training with MeanTeacher')
    parser.add_argument('out', type=Path, help='file to write')
    return parser.parse_args()


def teacher_state(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The teacher's tensors under the names of the bare segmentor."""
    return {
        name.removeprefix(TEACHER): tensor
        for name, tensor in state.items()
        if name.startswith(TEACHER)
    }


def segmentor_config(cfg: Config) -> Config:
    """The config with the bare segmentor as its model."""
    model = cfg.model.segmentor
    if 'data_preprocessor' in cfg.model:
        model.setdefault('data_preprocessor', cfg.model.data_preprocessor)
    model.pop('init_cfg', None)  # a checkpoint that the training began with
    cfg.model = model
    return cfg


def main() -> None:
    """Load, pick, save."""
    args = parse_args()
    loaded = CheckpointLoader.load_checkpoint(args.checkpoint, map_location='cpu')
    meta = loaded.get('meta', {})
    if 'cfg' not in meta or 'state_dict' not in loaded:
        raise ValueError(f'{args.checkpoint}: no checkpoint of a Runner')
    cfg = config_from_text(meta['cfg'], args.checkpoint)
    if cfg.model.type.split('.')[-1] != 'MeanTeacher':
        raise ValueError(f'{args.checkpoint}: of a {cfg.model.type}, no MeanTeacher')
    state = teacher_state(loaded['state_dict'])
    meta = {**meta, 'cfg': segmentor_config(cfg).pretty_text}
    with open_atomically(args.out, binary=True) as file:
        torch.save({'state_dict': state, 'meta': meta}, file)
    print(f'{args.out}: {args.out.stat().st_size / 1e6:.0f} MB')


if __name__ == '__main__':
    main()
