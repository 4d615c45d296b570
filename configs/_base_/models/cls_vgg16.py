# mmpretrain's VGG-16 with its three fully connected layers, the last in backbone.classifier.6
_base_ = 'mmpretrain::_base_/models/vgg16.py'
model = dict(backbone=dict(num_classes=2), head=dict(topk=(1,)))
