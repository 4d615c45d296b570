# Self-training: the student of round 1 goes on, on labels of its own for the same photographs
_base_ = './unet_deepcrack_round1.py'
images = '{{$MMCRACK_DATA:data}}/deepcrack/train_img'
labels = 'work_dirs/pseudo_labels/round1_deepcrack'
student = 'work_dirs/unet_deepcrack_round1/iter_3000.pth'
prerequisites = [
    dict(train='configs/annotation_free/unet_deepcrack_round1.py', checkpoint=student),
    dict(label='configs/annotation_free/labels_round1.py', images=images, out=labels),
]
load_from = student
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.update(
    data_prefix=dict(img_path=images, seg_map_path=labels),
    pipeline=[
        dict(type='LoadImageFromFile'),
        dict(type='mmcrack.LoadCrackAnnotations', soft=True),
        dict(type='mmcrack.IgnoreUncertain', low=0.3, high=0.7),
        dict(type='RandomResize', scale=(544, 384), ratio_range=(0.5, 1.5), keep_ratio=True),
        *_base_.strong_augmentation,
    ],
)
