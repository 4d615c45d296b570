"""mmcrack's registries: children of MMEngine's root registries, scope ``mmcrack``.

Configs name the parts with the prefix (``type='mmcrack.SAMViT'``) and so build them from
mmseg's and mmpretrain's scopes alike.
"""

from mmengine import registry as root
from mmengine.registry import Registry

MODELS = Registry('model', parent=root.MODELS, scope='mmcrack', locations=['mmcrack.models'])
DATASETS = Registry(
    'dataset', parent=root.DATASETS, scope='mmcrack', locations=['mmcrack.datasets']
)
TRANSFORMS = Registry(
    'transform',
    parent=root.TRANSFORMS,
    scope='mmcrack',
    locations=['mmcrack.datasets.transforms', 'mmcrack.pseudo_labels'],
)
METRICS = Registry('metric', parent=root.METRICS, scope='mmcrack', locations=['mmcrack.evaluation'])
HOOKS = Registry('hook', parent=root.HOOKS, scope='mmcrack', locations=['mmcrack.engine'])
OPTIM_WRAPPER_CONSTRUCTORS = Registry(
    'optimizer wrapper constructor',
    parent=root.OPTIM_WRAPPER_CONSTRUCTORS,
    scope='mmcrack',
    locations=['mmcrack.engine'],
)
