# The rival of round 5: the longer rival goes on as a round does, for as many steps as its five
# rounds (8,200)
_base_ = './effnet_deepcrack_masks_long.py'
load_from = 'work_dirs/effnet_deepcrack_masks_long/iter_5100.pth'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_masks_long.py', checkpoint=load_from)
]
train_cfg = dict(max_iters=3100, val_interval=3100)
optim_wrapper = dict(optimizer=dict(lr=5e-4))
randomness = dict(seed=7)
# each photograph's own, calibrated on the synthetic photographs that round 5's is
tta_model = dict(best_threshold=dict(type='mmcrack.ExpectedF1Threshold', slope=0.81, offset=-0.549))
