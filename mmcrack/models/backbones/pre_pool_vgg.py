"""VGG whose levels are taken before pooling."""

from mmpretrain.models.backbones.vgg import VGG

from mmcrack.registry import MODELS


@MODELS.register_module()
class PrePoolVGG(VGG):
    """mmpretrain's VGG, with each stage's output taken before its pooling.

    mmpretrain counts a pooling to the stage before it, so that level 0 has stride 2. Both
    DeepCracks read the stages before pooling: strides 1, 2, 4, 8, 16. Here a pooling belongs to
    the stage after it; the pooling after the last stage is left out. Parameters have mmpretrain's
    names, so its checkpoints load
    (``init_cfg=dict(type='Pretrained', checkpoint=..., prefix='backbone.')``).

    Args:
        depth: 11, 13, 16 or 19.
        out_indices: Stages to return.
        **kwargs: Further arguments of mmpretrain's ``VGG``; ``num_classes`` and
            ``with_last_pool`` have no meaning here.
    """

    def __init__(
        self, depth: int = 16, *, out_indices: tuple[int, ...] = (0, 1, 2, 3, 4), **kwargs
    ) -> None:
        super().__init__(depth, out_indices=out_indices, with_last_pool=False, **kwargs)
        ends = [end - 1 for _, end in self.range_sub_modules[:-1]]
        ends.append(self.range_sub_modules[-1][1])
        self.range_sub_modules = [list(pair) for pair in zip([0, *ends[:-1]], ends, strict=True)]
