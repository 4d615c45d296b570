# Round 2 on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 0
_base_ = './unet_deepcrack_100_100_337_round1.py'
load_from = 'work_dirs/unet_deepcrack_100_100_337_round1/iter_3000.pth'
prerequisites = [
    *_base_.prerequisites,
    dict(
        train='configs/annotation_free/unet_deepcrack_100_100_337_round1.py', checkpoint=load_from
    ),
]
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.pipeline[-4:-4] = [
    dict(type='mmcrack.AddDistractors', rate=0.2)
]
optim_wrapper = dict(optimizer=dict(lr=5e-4))
train_cfg = dict(max_iters=750, val_interval=750)
custom_hooks = [*_base_.custom_hooks, dict(type='mmcrack.ThresholdHook')]
custom_hooks[1].momentum = 0.005
