"""The base of the crack segmentation data sets."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Literal

from mmengine.logging import print_log
from mmseg.datasets import BaseSegDataset

from mmcrack.datasets.masks import read_mask
from mmcrack.datasets.pairs import (
    IMAGE_SUFFIXES,
    MASK_SUFFIXES,
    Pair,
    Pairing,
    PairRules,
    find_pairs,
    pair_problem,
    pair_problems,
    read_pair_list,
    report,
)
from mmcrack.datasets.transforms.loading import LoadCrackAnnotations
from mmcrack.registry import DATASETS

CHECKS = ('auto', 'full', 'sizes', 'pairs')
FULL_CHECK_LIMIT = 5000


def check_level(validate: str, count: int) -> str:
    """Resolve ``'auto'``: ``'full'`` for up to 5,000 files, else ``'sizes'``.

    Raises:
        ValueError: there is no such level.
    """
    if validate not in CHECKS:
        raise ValueError(f'validate={validate!r} must be one of {", ".join(CHECKS)}')
    if validate != 'auto':
        return validate
    return 'full' if count <= FULL_CHECK_LIMIT else 'sizes'


@DATASETS.register_module()
class CrackDataset(BaseSegDataset):
    """Crack photographs with masks (or labels, or neither), checked when the data set is built.

    Images and masks are paired by the names of their files, subfolders included, or read from
    the list ``ann_file`` (see :func:`mmcrack.datasets.pairs.read_pair_list`). Without
    ``data_prefix['seg_map_path']`` the set is unlabelled. Files are on a local or mounted disk.

    A published data set is a subclass that says how its files are named (class attributes
    ``IMG_SUFFIX``, ``SEG_MAP_SUFFIX``, ``EXCLUDE``, methods ``image_key`` and ``mask_key``) and,
    for the converters, which folders it comes in (``PARTS``) and whether its masks are dark on
    white (``INVERTED``).

    Args:
        img_suffix: Suffix of the images, or several. Default: ``IMG_SUFFIX``.
        seg_map_suffix: Suffix of the masks, or several. Default: ``SEG_MAP_SUFFIX``.
        exclude: Patterns of names to leave out, with or without folder. Default: ``EXCLUDE``.
        validate: What is checked at construction, so that nothing fails in mid-training.
            ``'pairs'``: every image has a mask, every mask an image. ``'sizes'``: also that both
            are of one size, from the files' headers. ``'full'``: also that both decode and that
            the masks hold the values that the pipeline's ``LoadCrackAnnotations`` expects.
            ``'auto'``: ``'full'`` for up to 5,000 images (some 5 ms each), else ``'sizes'``.
        unpaired: ``'error'``, or ``'skip'`` to leave out images without a label and labels
            without an image (a pseudo labeller may drop some); they are counted and listed.
        listed_masks: False: take from ``ann_file`` only the images and look for the labels in
            ``data_prefix['seg_map_path']`` under the images' paths.
        ignore_index: The labels' ignored value.
        **kwargs: Arguments of mmseg's ``BaseSegDataset``.

    Raises:
        FileNotFoundError: a folder, a list, a mask or an image is missing, or nothing was found.
        ValueError: an image or mask is unreadable, of another size, or has other values.
    """

    METAINFO: ClassVar[dict] = dict(
        classes=('background', 'crack'), palette=[[0, 0, 0], [255, 0, 0]]
    )
    IMG_SUFFIX: ClassVar[Sequence[str]] = IMAGE_SUFFIXES
    SEG_MAP_SUFFIX: ClassVar[Sequence[str]] = MASK_SUFFIXES
    EXCLUDE: ClassVar[Sequence[str]] = ()
    PARTS: ClassVar[Mapping[str, tuple[str, str]]] = {}
    INVERTED: ClassVar[bool] = False

    def __init__(
        self,
        *,
        img_suffix: str | Sequence[str] | None = None,
        seg_map_suffix: str | Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
        validate: Literal['auto', 'full', 'sizes', 'pairs'] = 'auto',
        unpaired: Literal['error', 'skip'] = 'error',
        listed_masks: bool = True,
        ignore_index: int = -1,
        **kwargs,
    ) -> None:
        check_level(validate, 0)
        if unpaired not in ('error', 'skip'):
            raise ValueError(f"unpaired={unpaired!r} must be 'error' or 'skip'")
        self.validate = validate
        self.unpaired = unpaired
        self.listed_masks = listed_masks
        self.rules = self.pair_rules(img_suffix, seg_map_suffix, exclude)
        super().__init__(
            img_suffix=self.rules.image_suffixes,
            seg_map_suffix=self.rules.mask_suffixes,
            ignore_index=ignore_index,
            **kwargs,
        )

    @staticmethod
    def image_key(stem: str) -> str:
        """What an image is paired by; sets whose names differ override it."""
        return stem

    @staticmethod
    def mask_key(stem: str) -> str:
        """What a mask is paired by."""
        return stem

    @classmethod
    def pair_rules(
        cls,
        img_suffix: str | Sequence[str] | None = None,
        seg_map_suffix: str | Sequence[str] | None = None,
        exclude: Sequence[str] | None = None,
    ) -> PairRules:
        """How the files of this set are named; None: as published."""
        return PairRules(
            _suffixes(img_suffix or cls.IMG_SUFFIX),
            _suffixes(seg_map_suffix or cls.SEG_MAP_SUFFIX),
            cls.EXCLUDE if exclude is None else tuple(exclude),
            cls.image_key,
            cls.mask_key,
        )

    def load_data_list(self) -> list[dict]:
        """Find the pairs and check them."""
        try:
            found = self._find()
        except FileNotFoundError as error:
            raise FileNotFoundError(
                f'{error} (data_root={self.data_root!r} is put before relative paths)'
            ) from error
        self._handle_lone(found.lone)
        if not found.pairs:
            raise FileNotFoundError(self._nothing_found())
        problems = pair_problems(found.pairs, self._checker(len(found.pairs)))
        if problems:
            raise ValueError(report(problems))
        return [self._data_info(pair) for pair in found.pairs]

    def _folders(self) -> tuple[Path, Path | None]:
        masks = self.data_prefix.get('seg_map_path')
        return Path(self.data_prefix['img_path']), None if masks is None else Path(masks)

    def _find(self) -> Pairing:
        if not self.ann_file:
            return find_pairs(*self._folders(), self.rules)
        return read_pair_list(
            Path(self.ann_file), *self._folders(), self.rules, listed_masks=self.listed_masks
        )

    def _handle_lone(self, lone: list[str]) -> None:
        if not lone:
            return
        if self.unpaired == 'error':
            raise FileNotFoundError(f"{report(lone)}\nunpaired='skip' leaves such files out")
        name = type(self).__name__
        print_log(f'{name}: {len(lone)} files left out:\n{report(lone)}', logger='current')

    def _nothing_found(self) -> str:
        images, masks = self._folders()
        where = f'{images}: no images ({", ".join(self.img_suffix)})'
        if masks is not None:
            where += f' with masks ({", ".join(self.seg_map_suffix)}) in {masks}'
        if self.ann_file:
            where += f', by the list {self.ann_file}'
        return f'{where}; see data_root and data_prefix of {type(self).__name__}'

    def _checker(self, count: int) -> Callable[[Pair], str | None]:
        level = check_level(self.validate, count)
        if level == 'pairs':
            return lambda pair: None
        if level == 'sizes':
            return lambda pair: pair_problem(pair, decode=False)
        return lambda pair: pair_problem(pair, decode=True, check_mask=self._check_mask)

    def _check_mask(self, pair: Pair) -> tuple[int, int]:
        loaders = [t for t in self.pipeline.transforms if isinstance(t, LoadCrackAnnotations)]
        if not loaders:
            return read_mask(pair.mask).shape
        return loaders[0].transform(self._data_info(pair))['gt_seg_map'].shape

    def _data_info(self, pair: Pair) -> dict:
        info = dict(
            img_path=str(pair.image),
            label_map=self.label_map,
            reduce_zero_label=self.reduce_zero_label,
            seg_fields=[],
        )
        if pair.mask is not None:
            info['seg_map_path'] = str(pair.mask)
        return info


def _suffixes(suffix: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(s.lower() for s in ((suffix,) if isinstance(suffix, str) else suffix))
