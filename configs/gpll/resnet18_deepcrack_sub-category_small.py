# resnet18_deepcrack_small.py trained further with sub-categories, one round of one epoch
_base_ = './resnet18_deepcrack_small.py'
classifier = 'work_dirs/resnet18_deepcrack_small/epoch_6.pth'
prerequisites = [dict(train='configs/gpll/resnet18_deepcrack_small.py', checkpoint=classifier)]
load_from = classifier
model = dict(head=dict(type='mmcrack.SubCategoryClsHead', sub_categories=10, sub_weight=5.0))
feature_dataloader = dict(
    batch_size=64,
    num_workers=2,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='mmcrack.CrackPatchDataset',
        data_root='work_dirs/patches/deepcrack/train',
        split='all',
        pipeline=[dict(type='LoadImageFromFile'), dict(type='PackInputs')],
    ),
)
custom_hooks = [dict(type='mmcrack.SubCategoryHook', dataloader=feature_dataloader)]
optim_wrapper = dict(optimizer=dict(lr=1e-4))
train_cfg = dict(max_epochs=1, val_interval=1)
