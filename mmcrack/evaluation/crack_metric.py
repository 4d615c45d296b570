"""The evaluation protocol as a metric of MMEngine."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from mmengine.evaluator import BaseMetric
from mmengine.logging import print_log

from mmcrack.evaluation.image_counts import ImageCounts, count_image
from mmcrack.evaluation.map_files import check_bits, write_map
from mmcrack.evaluation.reports import (
    check_report_path,
    image_row,
    scores_text,
    write_curve,
    write_image_rows,
)
from mmcrack.evaluation.scores import ScoreAccumulator, check_protocol, check_tolerance
from mmcrack.registry import METRICS


@METRICS.register_module()
class CrackMetric(BaseMetric):
    """ODS, OIS, AP, F1, mIoU and clDice of probability maps, see :func:`evaluate_maps`.

    The probability is a prediction's one channel (mmseg has applied the sigmoid by then), or the
    second of two after a softmax. Ignored pixels, −1 and in integer masks also ``ignore_index``,
    count nowhere. Ranks exchange counts, not maps, and any number of ranks gives the same figures.

    The keys begin with the protocol, so that no figure goes without it: ``image/ODS``,
    ``dataset/F1``, ``image_r2/AP``. To keep the best checkpoint: ``save_best='image/F1',
    rule='greater'``.

    Args:
        protocol: ``'image'`` or ``'dataset'``.
        tolerance: Distance in pixels up to which predicted and true pixels match.
        ignore_index: Value of ignored pixels in integer masks, beside −1.
        csv_path: A ``.csv`` file for a row per image.
        curve_path: A ``.csv`` or ``.json`` file for the precision-recall curve.
        output_dir: Folder for the probability maps, gray PNGs named after the images.
        output_bits: Bits of their pixels, 8 or 16.
        format_only: Write the maps and score nothing, for images without masks.
        keep_results: Accepted as mmseg's ``tools/test.py`` sets it; maps are always kept.
        prefix: First part of the keys, instead of the protocol.
        collect_device: ``'cpu'`` or ``'gpu'``, how the ranks exchange counts.
        collect_dir: Folder for that exchange, on the CPU.

    Raises:
        ValueError: an argument is out of range; when called, a map has NaN, values outside [0, 1]
            or another size than its mask, or a mask is soft. The message names the image.
    """

    def __init__(
        self,
        *,
        protocol: str = 'image',
        tolerance: float = 0,
        ignore_index: int = 255,
        csv_path: str | None = None,
        curve_path: str | None = None,
        output_dir: str | None = None,
        output_bits: int = 8,
        format_only: bool = False,
        keep_results: bool = False,
        prefix: str | None = None,
        collect_device: str = 'cpu',
        collect_dir: str | None = None,
    ) -> None:
        check_protocol(protocol)
        check_tolerance(tolerance)
        check_bits(output_bits)
        check_report_path(csv_path, ('.csv',))
        check_report_path(curve_path, ('.csv', '.json'))
        if format_only and output_dir is None:
            raise ValueError('CrackMetric: format_only=True needs an output_dir for the maps')
        named = protocol if tolerance == 0 else f'{protocol}_r{tolerance:g}'
        super().__init__(collect_device, prefix or named, collect_dir)
        self.protocol = protocol
        self.tolerance = tolerance
        self.ignore_index = ignore_index
        self.csv_path = csv_path
        self.curve_path = curve_path
        self.output_dir = None if output_dir is None else Path(output_dir)
        self.output_bits = output_bits
        self.format_only = format_only
        self.keep_results = keep_results

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Count the pixels of each prediction and write its map where maps are wanted."""
        for sample in data_samples:
            name = str(sample.get('img_path') or f'image {len(self.results)}')
            prob = probability_map(sample, name)
            result: ImageCounts | str = name
            if not self.format_only:
                mask, ignored = self._truth(sample, name)
                result = count_image(
                    prob, mask, name=name, ignored=ignored, tolerance=self.tolerance
                )
            if self.output_dir is not None:
                write_map(self.output_dir / f'{Path(name).stem}.png', prob, bits=self.output_bits)
            self.results.append(result)

    def _truth(self, sample: dict, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The mask and the ignored pixels of a sample, bool H×W each."""
        if 'gt_sem_seg' not in sample:
            raise ValueError(
                f'{name}: has no mask to compare with; add LoadCrackAnnotations to the test '
                'pipeline, or set format_only=True'
            )
        label = _single(sample['gt_sem_seg']['data'], name, 'mask').cpu().numpy()
        ignored = label == -1
        if not np.issubdtype(label.dtype, np.floating):
            ignored |= label == self.ignore_index
        crack = label == 1
        odd = int(np.count_nonzero(~(crack | ignored | (label == 0))))
        if odd:
            raise ValueError(
                f'{name}: {odd} of {label.size} mask pixels are neither 0 nor 1 nor ignored; '
                'evaluation needs hard masks (LoadCrackAnnotations with soft=False)'
            )
        return crack, ignored

    def compute_metrics(self, results: list[ImageCounts | str]) -> dict[str, float]:
        """Score the counts of all ranks, in the order of the data set; write the reports."""
        if self.output_dir is not None:
            self._check_stems(results)
            print_log(f'{len(results)} probability maps are in {self.output_dir}', 'current')
        if self.format_only:
            return {}
        total = ScoreAccumulator()
        for image in results:
            total.add(image)
        scores = total.scores(self.protocol)
        print_log(scores_text(scores, self.protocol, self.tolerance, total.images), 'current')
        if self.curve_path is not None:
            write_curve(Path(self.curve_path), total.curve(), self.tolerance)
        if self.csv_path is not None:
            write_image_rows(Path(self.csv_path), map(image_row, results))
        return scores

    def _check_stems(self, results: list[ImageCounts | str]) -> None:
        names = {result if isinstance(result, str) else result.name for result in results}
        first: dict[str, str] = {}
        for name in sorted(names):
            other = first.setdefault(Path(name).stem, name)
            if other != name:
                raise ValueError(
                    f'{other} and {name} have one name for their probability maps in '
                    f'{self.output_dir}, and only one of the two is there; rename an image'
                )


def probability_map(sample: dict, name: str) -> np.ndarray:
    """The probability of a crack, float32 H×W, from a prediction's ``seg_logits``.

    Args:
        sample: A predicted data sample as a dict. One channel of ``seg_logits`` holds
            probabilities, two hold logits: mmseg's convention.
        name: What errors call the image.

    Raises:
        ValueError: there are no ``seg_logits``, or other than one or two channels.
    """
    if 'seg_logits' not in sample:
        raise ValueError(f'{name}: the prediction has no seg_logits, only {sorted(sample)}')
    logits = sample['seg_logits']['data'].detach().float()
    if logits.ndim == 3 and logits.shape[0] == 2:
        return logits.softmax(dim=0)[1].cpu().numpy()
    return _single(logits, name, 'prediction').cpu().numpy()


def _single(data: torch.Tensor, name: str, kind: str) -> torch.Tensor:
    """H×W of a tensor 1×H×W or H×W."""
    if data.ndim == 3 and data.shape[0] == 1:
        return data[0]
    if data.ndim != 2:
        channels = 'one or two channels' if kind == 'prediction' else 'one channel'
        raise ValueError(f'{name}: the {kind} has shape {tuple(data.shape)}; expected {channels}')
    return data
