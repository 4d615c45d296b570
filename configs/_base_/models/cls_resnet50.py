# mmpretrain's ResNet-50 on two classes, from random weights; the papers do not say whether theirs
# are. ImageNet's: --cfg-options model.backbone.init_cfg="dict(type='Pretrained',
# checkpoint='FILE', prefix='backbone.')" with a file of mmpretrain's
_base_ = 'mmpretrain::_base_/models/resnet50.py'
model = dict(head=dict(num_classes=2, topk=(1,)))
