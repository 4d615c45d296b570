# Round 3 of the pretrained student: as round 2, from it, where dark ridges and round 2 agree
_base_ = './effnet_deepcrack_round2.py'
student = 'configs/annotation_free/effnet_deepcrack_round2.py'
load_from = 'work_dirs/effnet_deepcrack_round2/iter_1000.pth'
labels = 'work_dirs/pseudo_labels/effnet_round2_deepcrack'
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
train_cfg = dict(max_iters=1300, val_interval=1300)
# of the six views' mean map, on synthetic photographs (docs/benchmarks/annotation_free.md)
tta_model = dict(best_threshold=0.39)
