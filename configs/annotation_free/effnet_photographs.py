# Your photographs, without masks: a folder `photographs`, or the one that the environment variable
# MMCRACK_PHOTOGRAPHS names. As round 1 of the pretrained student, at the photographs' own scale:
#   mmcrack train configs/annotation_free/effnet_photographs.py
_base_ = './effnet_deepcrack_round1.py'
images = '{{$MMCRACK_PHOTOGRAPHS:photographs}}'
labels = 'work_dirs/labels'
prerequisites = [
    dict(label='configs/annotation_free/labels_dark_ridge.py', images=images, out=labels)
]
train_dataloader = _base_.train_dataloader
repeated = train_dataloader.dataset.datasets[0].dataset
repeated.data_prefix = dict(img_path=images, seg_map_path=labels)
repeated.pipeline[3] = dict(
    type='RandomChoice',
    transforms=[[dict(type='Resize', scale_factor=s)] for s in (0.5, 0.7, 1.0, 1.4)],
)
repeated.pipeline[6].kinds = (*repeated.pipeline[6].kinds[:-1], 'kerb')  # not 'ledge', as round 4
custom_hooks = [*_base_.custom_hooks, dict(type='mmcrack.ThresholdHook')]
test_dataloader = test_cfg = test_evaluator = None  # there are no masks to test on
