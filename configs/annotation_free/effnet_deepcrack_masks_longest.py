# The rival of round 6: the rival of round 5 goes on as a round does, for as many steps as its six
# rounds (10,200)
_base_ = './effnet_deepcrack_masks_longer.py'
load_from = 'work_dirs/effnet_deepcrack_masks_longer/iter_3100.pth'
prerequisites = [
    dict(train='configs/annotation_free/effnet_deepcrack_masks_longer.py', checkpoint=load_from)
]
train_cfg = dict(max_iters=2000, val_interval=2000)
randomness = dict(seed=8)
# each photograph's own, calibrated on the synthetic photographs that round 6's is
tta_model = dict(best_threshold=dict(slope=0.821, offset=-0.226))
