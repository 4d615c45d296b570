"""Loading of crack masks as labels."""

from mmengine import fileio
from mmseg.datasets.transforms import LoadAnnotations

from mmcrack.datasets.masks import check_same_size, label_from_mask, read_mask
from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class LoadCrackAnnotations(LoadAnnotations):
    """Load a crack mask as a label: float32 H×W in [0, 1], −1 where ignored.

    Hard masks hold 0 and 255 (or 0 and 1, or one bit), soft ones 8-bit probabilities; CFD's
    ``.mat`` files are read as they are.

    Required key: ``seg_map_path``. Added key: ``gt_seg_map``. Changed key: ``seg_fields``.
    Where the image has been loaded, its ``ori_shape`` must be the mask's shape.

    A photograph that comes from no data set passes unlabelled, so that a test pipeline serves
    ``mmseg.apis.inference_model`` and ``MMSegInferencer`` as it is: these hand over an image or
    its path and nothing else, whereas the samples of every mmseg data set bring ``seg_fields``.

    Args:
        soft: Whether the masks are soft (value / 255). A hard mask with other values is an error.
        threshold: Makes masks with other values hard (a mask kept as JPEG): crack where
            value / 255 > threshold.
        invert: Whether cracks are dark on white.
        ignore_value: Stored value of pixels to ignore; 255 goes with masks of 0 and 1.
        backend_args: Arguments of MMEngine's file backend.

    Raises:
        ValueError: arguments exclude each other; when called, a mask cannot be read, has other
            values than declared, or another size than its image. The message names the file.
        FileNotFoundError: when called, the mask file is missing.
    """

    def __init__(
        self,
        *,
        soft: bool = False,
        threshold: float | None = None,
        invert: bool = False,
        ignore_value: int | None = None,
        backend_args: dict | None = None,
    ) -> None:
        super().__init__(backend_args=backend_args)
        if soft and threshold is not None:
            raise ValueError('LoadCrackAnnotations: soft=True keeps the values; drop threshold')
        if threshold is not None and not 0 <= threshold < 1:
            raise ValueError(
                f'LoadCrackAnnotations: threshold={threshold} must lie in [0, 1), it is compared '
                'with value / 255'
            )
        self.options = dict(
            soft=soft, threshold=threshold, invert=invert, ignore_value=ignore_value
        )

    def transform(self, results: dict) -> dict:
        """Add ``gt_seg_map``; leave a photograph from no data set as it is."""
        if 'seg_map_path' not in results and 'seg_fields' not in results:
            return results
        return super().transform(results)

    def _load_seg_map(self, results: dict) -> None:
        path = results.get('seg_map_path')
        if path is None:
            raise ValueError(
                f'{results.get("img_path")}: has no mask to load; give the data set '
                "data_prefix['seg_map_path'], or take LoadCrackAnnotations out of the pipeline"
            )
        with fileio.get_local_path(path, self.backend_args) as local:
            label = label_from_mask(read_mask(local), path, **self.options)
        if 'ori_shape' in results:
            check_same_size(path, label.shape, results['ori_shape'][:2])
        results['gt_seg_map'] = label
        results.setdefault('seg_fields', []).append('gt_seg_map')

    def __repr__(self) -> str:
        options = ', '.join(f'{key}={value!r}' for key, value in self.options.items())
        return f'{type(self).__name__}({options})'
