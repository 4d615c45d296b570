_base_ = 'mmpretrain::_base_/models/resnet18.py'
model = dict(head=dict(num_classes=2, topk=(1,)))
