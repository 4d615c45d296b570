# Your photographs, without masks: a folder `photographs`, or the one that the environment variable
# MMCRACK_PHOTOGRAPHS names. As round 1, at the photographs' own scale, in minutes on two cores:
#   mmcrack train configs/annotation_free/unet_photographs.py
_base_ = './unet_deepcrack_round1.py'
images = '{{$MMCRACK_PHOTOGRAPHS:photographs}}'
labels = 'work_dirs/labels'
prerequisites = [
    dict(label='configs/annotation_free/labels_dark_ridge.py', images=images, out=labels)
]
# begun near zero and behind a ReLU, the last layer could say background alone for long
model = dict(
    decode_head=dict(init_cfg=dict(type='Normal', std=0.3, bias=-2, override=dict(name='conv_seg')))
)
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.update(
    data_prefix=dict(img_path=images, seg_map_path=labels),
    pipeline=[
        dict(type='LoadImageFromFile'),
        dict(type='mmcrack.LoadCrackAnnotations', soft=True),
        dict(type='mmcrack.IgnoreUncertain', low=0.3, high=0.6),
        dict(
            type='RandomChoice',
            transforms=[[dict(type='Resize', scale_factor=s)] for s in (0.5, 0.7, 1.0, 1.4)],
        ),
        *_base_.strong_augmentation,
    ],
)
train_cfg = dict(max_iters=800, val_interval=800)
custom_hooks = _base_.custom_hooks
custom_hooks[1].momentum = 0.005  # so few steps need a mean over fewer of them
test_dataloader = test_cfg = test_evaluator = None  # there are no masks to test on
