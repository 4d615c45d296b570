# Round 2 on your photographs, without masks: round 1 and its labels are made first where they are
# missing. As effnet_deepcrack_round2.py, with draws of its own:
#   mmcrack train configs/annotation_free/effnet_photographs_round2.py
_base_ = './effnet_photographs.py'
student = 'configs/annotation_free/effnet_photographs.py'
load_from = 'work_dirs/effnet_photographs/iter_800.pth'
labels = 'work_dirs/labels_round1'
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
repeated.pipeline[2].high = 0.6
repeated.pipeline[-4].prob = 0.6
train_cfg = dict(max_iters=1000, val_interval=1000)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
# of the six views' mean map, as effnet_deepcrack_round2.py
tta_model = dict(best_threshold=0.42)
randomness = dict(seed=1)
