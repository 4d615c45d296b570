# Round 2 of the pretrained student: it goes on, on cracks that dark ridges and itself agree on as
# well; at last the threshold that serves best on synthetic photographs becomes 0.5.
_base_ = './effnet_deepcrack_round1.py'
load_from = 'work_dirs/effnet_deepcrack_round1/iter_800.pth'
labels = 'work_dirs/pseudo_labels/effnet_round1_deepcrack'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_round1.py', checkpoint=load_from),
    dict(label='configs/annotation_free/labels_effnet_round1.py', images=_base_.images, out=labels),
]
train_dataloader = _base_.train_dataloader
repeated = train_dataloader.dataset.datasets[0].dataset
repeated.data_prefix.seg_map_path = labels
repeated.pipeline[2].high = 0.6
repeated.pipeline[-4].prob = 0.6
train_cfg = dict(max_iters=1000, val_interval=1000)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
custom_hooks = [*_base_.custom_hooks, dict(type='mmcrack.ThresholdHook')]
# of the six views' mean map, on synthetic photographs (docs/benchmarks/annotation_free.md)
tta_model = dict(best_threshold=0.42)
