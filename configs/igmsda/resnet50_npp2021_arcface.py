_base_ = './resnet50_npp2021.py'
model = dict(
    head=dict(
        _delete_=True,
        type='ArcFaceClsHead',
        num_classes=3,
        in_channels=2048,
        loss=dict(type='CrossEntropyLoss'),
    )
)
custom_hooks = []
