# Round 2 of the pretrained student on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 2
_base_ = './effnet_deepcrack_100_100_337_round2.py'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed2'
student = 'configs/annotation_free/effnet_deepcrack_100_100_337_round1_seed2.py'
load_from = 'work_dirs/effnet_deepcrack_100_100_337_round1_seed2/iter_800.pth'
labels = 'work_dirs/pseudo_labels/effnet_round1_deepcrack_100_100_337_seed2'
prerequisites = [
    dict(train=student, checkpoint=load_from),
    dict(
        label='configs/annotation_free/labels_effnet_round1.py',
        images=_base_.data_root,
        ann_file=f'{splits}/train.txt',
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
repeated.ann_file = f'{splits}/train.txt'
repeated.data_prefix.seg_map_path = labels
test_dataloader = dict(dataset=dict(ann_file=f'{splits}/test.txt'))
randomness = dict(seed=5)
tta_model = dict(best_threshold=0.48)  # found as seed 0's
