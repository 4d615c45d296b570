# Round 3, self-training: the student of round 2 goes on, and learns from a single view what it sees
# in the mean of eight
_base_ = './unet_deepcrack_round2.py'
labels = 'work_dirs/pseudo_labels/round2_deepcrack'
load_from = 'work_dirs/unet_deepcrack_round2/iter_750.pth'
prerequisites = [
    dict(train='configs/annotation_free/unet_deepcrack_round2.py', checkpoint=load_from),
    dict(label='configs/annotation_free/labels_round2.py', images=_base_.images, out=labels),
]
train_dataloader = _base_.train_dataloader
repeated = train_dataloader.dataset.datasets[0].dataset
repeated.data_prefix.seg_map_path = labels
repeated.pipeline = [
    step for step in repeated.pipeline if step['type'] != 'mmcrack.IgnoreUncertain'
]
