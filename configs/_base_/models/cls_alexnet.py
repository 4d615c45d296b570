# AlexNet, as Dorafshan et al. use it with SDNET2018
model = dict(
    type='ImageClassifier',
    backbone=dict(type='AlexNet', num_classes=2),
    head=dict(type='ClsHead', loss=dict(type='CrossEntropyLoss', loss_weight=1.0), topk=(1,)),
)
