# Round 4 of the pretrained student: as round 3, from it, for longer. Rounds 1 to 3 have one seed,
# so each draws again what the one before drew; this one draws anew. Kerbs in place of ledges, some
# of which look like a smooth crack.
_base_ = './effnet_deepcrack_round3.py'
student = 'configs/annotation_free/effnet_deepcrack_round3.py'
load_from = 'work_dirs/effnet_deepcrack_round3/iter_1300.pth'
labels = 'work_dirs/pseudo_labels/effnet_round3_deepcrack'
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
repeated = train_dataloader.dataset.datasets[0].dataset
repeated.data_prefix.seg_map_path = labels
repeated.pipeline[6].kinds = (*repeated.pipeline[6].kinds[:-1], 'kerb')
train_cfg = dict(max_iters=2000, val_interval=2000)
randomness = dict(seed=4)
# of the six views' mean map, on the synthetic photographs that hold a crack
# (docs/benchmarks/annotation_free.md)
tta_model = dict(best_threshold=0.49)
