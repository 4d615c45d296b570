# Round 4 of the pretrained student from the longer round 2: as round 3, from it, with draws of its
# own, where dark ridges and it agree
_base_ = './effnet_deepcrack_round3_long.py'
student = 'configs/annotation_free/effnet_deepcrack_round3_long.py'
load_from = 'work_dirs/effnet_deepcrack_round3_long/iter_2000.pth'
labels = 'work_dirs/pseudo_labels/effnet_round3_long_deepcrack'
prerequisites = [
    dict(train=student, checkpoint=load_from),
    dict(
        label='configs/annotation_free/labels_effnet_round1.py',
        images=_base_.images,
        out=labels,
        cfg_options={
            'prerequisites.0.train': student,
            'prerequisites.0.checkpoint': load_from,
            'label_pipeline.1.labellers.1.checkpoint': load_from,
        },
    ),
]
train_dataloader = _base_.train_dataloader
train_dataloader.dataset.datasets[0].dataset.data_prefix.seg_map_path = labels
randomness = dict(seed=6)
tta_model = dict(best_threshold=dict(slope=1.199, offset=0.063))
