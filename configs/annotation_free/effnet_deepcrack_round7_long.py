# Round 7 of the pretrained student from the longer round 2: as round 6, from it, with draws of its
# own, where dark ridges and it agree
_base_ = './effnet_deepcrack_round6_long.py'
load_from = 'work_dirs/effnet_deepcrack_round6_long/iter_2000.pth'
labels = 'work_dirs/pseudo_labels/effnet_round6_long_deepcrack'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_round6_long.py', checkpoint=load_from),
    dict(
        label='configs/annotation_free/labels_effnet_round6_long.py',
        images=_base_.images,
        out=labels,
    ),
]
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.data_prefix.seg_map_path = labels
train_cfg = dict(max_iters=2000, val_interval=2000)
randomness = dict(seed=9)
tta_model = dict(best_threshold=dict(slope=1.241, offset=0.342))
