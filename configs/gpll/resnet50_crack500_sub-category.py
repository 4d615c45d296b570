# resnet50_crack500.py trained further with sub-categories (Chang et al.), for labels_cam-crf-rw.py;
# three rounds of one epoch
_base_ = './resnet50_crack500.py'
classifier = 'work_dirs/resnet50_crack500/epoch_24.pth'
prerequisites = [dict(train='configs/gpll/resnet50_crack500.py', checkpoint=classifier)]
load_from = classifier
model = dict(
    backbone=dict(init_cfg=None),
    head=dict(type='mmcrack.SubCategoryClsHead', sub_categories=10, sub_weight=5.0),
)
feature_dataloader = dict(
    batch_size=64,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root='work_dirs/patches/crack500/train',
        split='all',
        pipeline=[dict(type='LoadImageFromFile'), dict(type='PackInputs')],
    ),
)
custom_hooks = [dict(type='mmcrack.SubCategoryHook', dataloader=feature_dataloader)]
param_scheduler = [dict(type='StepLR', step_size=1, gamma=0.1, by_epoch=True)]
train_cfg = dict(max_epochs=3, val_interval=3)
