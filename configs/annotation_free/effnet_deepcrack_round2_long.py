# Round 2 of the pretrained student, longer, with draws of its own and kerbs in place of ledges, as
# on the splits: 2,200 steps in all, in place of four rounds' 5,100
_base_ = './effnet_deepcrack_round2.py'
train_dataloader = _base_.train_dataloader
repeated = train_dataloader.dataset.datasets[0].dataset
repeated.pipeline[6].kinds = (*repeated.pipeline[6].kinds[:-1], 'kerb')
train_cfg = dict(max_iters=1400, val_interval=1400)
randomness = dict(seed=3)
# of the six views' mean map: eval_maps.py --cracked on synthetic photographs
# (docs/benchmarks/annotation_free.md)
tta_model = dict(best_threshold=0.51)
