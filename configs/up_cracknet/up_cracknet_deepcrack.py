# UP-CrackNet at the published size, with its style loss, for which it needs VGG-19's ImageNet
# weights (mmpretrain's vgg19)
_base_ = [
    '../_base_/models/up_cracknet.py',
    '../_base_/datasets/deepcrack_crack_free.py',
    '../_base_/schedules/restoration_300e.py',
    '../_base_/default_runtime.py',
]
style = dict(
    type='mmcrack.StyleLoss',
    loss_weight=1000.0,
    backbone=dict(
        type='mmcrack.PrePoolVGG',
        depth=19,
        out_indices=(1, 2, 3, 4),
        init_cfg=dict(
            type='Pretrained',
            checkpoint='checkpoints/vgg19_batch256_imagenet_20210208-e6920e4a.pth',
            prefix='backbone.',
        ),
    ),
)
model = dict(losses=[*_base_.model.losses, style])
train_dataloader = dict(
    batch_size=8, sampler=dict(_delete_=True, type='DefaultSampler', shuffle=True)
)
optim_wrapper = dict(
    _delete_=True,
    constructor='mmcrack.SubmoduleOptimWrapperConstructor',
    generator=dict(optimizer=dict(type='Adam', lr=1e-3, betas=(0.5, 0.999))),
    discriminator=dict(optimizer=dict(type='Adam', lr=4e-3, betas=(0.5, 0.999))),
)
param_scheduler = [dict(type='ExponentialLR', gamma=0.99, by_epoch=True)]
custom_hooks = [dict(type='mmcrack.SoftLabelLogHook'), dict(type='mmcrack.StepSeedHook')]
