"""Features of a frozen trunk, kept on disk under the pixels that they were computed from."""

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.logging import print_log
from torch import Tensor

from mmcrack.utils.atomic_files import open_atomically

DTYPES = {'float16': torch.float16, 'float32': torch.float32}


class FeatureCache:
    """Keeps stacks of token maps in files, each under a hash of its image as the trunk sees it.

    The key is made of the image's pixels after all transforms and the normalization, so no entry
    can be stale: a flipped image, another size, an edited photograph are other pixels and so other
    entries. The same pixels through another trunk go to another folder, named after a fingerprint
    of its weights and settings. Several ranks, trainings and sweeps may share a cache: files appear
    whole or not at all.

    Transforms whose values are continuous (photometric distortion, random crops) never give the
    same pixels twice; with them a cache only fills the disk. Flips cost one entry each.

    Args:
        folder: Where the entries go.
        trunk: What the features depend on besides the image: fingerprint, depth, precision. It is
            written to ``trunk.json`` beside the entries.
        dtype: ``'float16'`` (11 MB for an image of 518×518 through ViT-L) or ``'float32'``.
        max_gb: What all entries of this trunk may take, in 10⁹ bytes; no more are written then,
            and a warning says so.

    Raises:
        ValueError: ``dtype`` is unknown or ``max_gb`` not positive.
    """

    def __init__(
        self,
        folder: str | Path,
        trunk: dict[str, object],
        *,
        dtype: str = 'float16',
        max_gb: float = 50.0,
    ) -> None:
        _check(dtype, max_gb)
        self.dtype = DTYPES[dtype]
        text = json.dumps({**trunk, 'dtype': dtype}, sort_keys=True, indent=2)
        self.folder = Path(folder) / hashlib.sha256(text.encode()).hexdigest()[:16]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / 'trunk.json').write_text(text + '\n')
        self._room = int(max_gb * 1e9) - sum(f.stat().st_size for f in self.folder.glob('*/*.npy'))
        self._full = False

    def key(self, image: Tensor) -> str:
        """Key of one image (3, H, W) as the trunk sees it."""
        array = image.detach().cpu().contiguous().numpy()
        digest = hashlib.blake2b(repr(array.shape).encode(), digest_size=20)
        digest.update(array)
        return digest.hexdigest()

    def round(self, features: Tensor) -> Tensor:
        """Features as they will be read back, so that the first epoch equals the later ones.

        Raises:
            ValueError: a value is beyond the range of the cache's dtype.
        """
        kept = features.to(self.dtype)
        if not torch.isfinite(kept).all():
            raise ValueError("clip cache: features exceed float16; set cache.dtype='float32'")
        return kept.to(features.dtype)

    def read(self, key: str) -> Tensor | None:
        """The features of a key, in the cache's dtype on the CPU, or None where there are none.

        Raises:
            ValueError: the file is damaged.
        """
        path = self._path(key)
        if not path.is_file():
            return None
        try:
            return torch.from_numpy(np.load(path, allow_pickle=False))
        except (ValueError, EOFError) as error:
            raise ValueError(f'{path}: a damaged entry of the feature cache; delete it') from error

    def write(self, key: str, features: Tensor) -> None:
        """Keep features, of any shape, under a key, while there is room."""
        array = features.detach().to(self.dtype).cpu().numpy()
        if array.nbytes > self._room:
            self._warn()
            return
        path = self._path(key)
        with open_atomically(path, binary=True) as file:
            np.save(file, array)
        self._room -= array.nbytes

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f'{key}.npy'

    def _warn(self) -> None:
        if not self._full:
            text = (
                f'{self.folder}: the feature cache is full, further images are computed each time; '
                'raise model.backbone.cache.max_gb, or take transforms with random values out of '
                'the pipeline'
            )
            print_log(text, logger='current', level=logging.WARNING)
        self._full = True


def cache_options(options: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Arguments of a :class:`FeatureCache` from a config, checked before there is one.

    Raises:
        ValueError: one is unknown, missing or out of range.
    """
    if options is None:
        return None
    if 'folder' not in options or set(options) - {'folder', 'dtype', 'max_gb'}:
        raise ValueError(f'cache: give folder, and dtype and max_gb if you like, got {options}')
    _check(options.get('dtype', 'float16'), options.get('max_gb', 50.0))
    return dict(options)


def _check(dtype: str, max_gb: float) -> None:
    if dtype not in DTYPES:
        raise ValueError(f'cache.dtype must be one of {sorted(DTYPES)}, got {dtype!r}')
    if max_gb <= 0:
        raise ValueError(f'cache.max_gb must be positive, got {max_gb}')
