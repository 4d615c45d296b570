"""Merge a fine-tuned SAM's LoRA adapters into its weights and save one complete checkpoint.

The result loads with ``--cfg-options model.backbone.lora=None model.backbone.init_cfg=None`` and
needs no other file; with --official it is a checkpoint for the segment-anything package.
"""

import argparse
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import mmseg.models  # noqa: F401
import torch
from mmengine.config import Config
from mmengine.registry import MODELS, init_default_scope
from mmengine.runner import load_checkpoint
from torch import Tensor, nn

from mmcrack.utils.atomic_files import open_atomically

OFFICIAL_NAMES = {
    'backbone.': 'image_encoder.',
    'decode_head.prompt_encoder.': 'prompt_encoder.',
    'decode_head.mask_decoder.': 'mask_decoder.',
}


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', help='config that the checkpoint was trained with')
    parser.add_argument('checkpoint', help='checkpoint with adapters')
    parser.add_argument('out', type=Path, help='file to write')
    parser.add_argument(
        '--official',
        action='store_true',
        help='write the official names, for segment_anything.sam_model_registry',
    )
    return parser.parse_args()


def merged_state(model: nn.Module) -> dict[str, Tensor]:
    """The model's state dict with its adapters merged."""
    model.backbone.merge_lora()
    return dict(model.state_dict())


def official_state(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A merged state dict under segment-anything's names.

    Raises:
        ValueError: the model has a part that the official one has not.
    """
    renamed = {}
    for name, tensor in state.items():
        ours = next((prefix for prefix in OFFICIAL_NAMES if name.startswith(prefix)), None)
        if ours is None:
            raise ValueError(f'{name}: segment-anything has no such part; leave out --official')
        renamed[OFFICIAL_NAMES[ours] + name.removeprefix(ours)] = tensor
    return renamed


def main() -> None:
    """Load, merge, save."""
    args = parse_args()
    cfg = Config.fromfile(args.config)
    init_default_scope(cfg.get('default_scope', 'mmseg'))
    model = MODELS.build(cfg.model)
    loaded = load_checkpoint(model, args.checkpoint, map_location='cpu', strict=True)
    state = merged_state(model.eval())
    if args.official:
        product = official_state(state)
    else:
        cfg.model.backbone.update(lora=None, init_cfg=None)
        meta = {**loaded.get('meta', {}), 'cfg': cfg.pretty_text}
        product = {'state_dict': state, 'meta': meta}
    with open_atomically(args.out, binary=True) as file:
        torch.save(product, file)
    print(f'{args.out}: {args.out.stat().st_size / 1e6:.0f} MB')


if __name__ == '__main__':
    main()
