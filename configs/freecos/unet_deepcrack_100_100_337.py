# FreeCOS on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 0: it sees the 100 training
# photographs alone. The 100 of the validation part are not used.
_base_ = './unet_deepcrack.py'
data_root = '{{$MMCRACK_DATA:data}}/deepcrack'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed0'
photographs = dict(data_prefix=dict(img_path=data_root), ann_file=f'{splits}/train.txt')
synthetic = {**_base_.synthetic, **photographs}
real = {**_base_.real, **photographs}
train_dataloader = dict(
    dataset=dict(
        datasets=[
            dict(type='RepeatDataset', dataset=synthetic, times=100, lazy_init=True),
            dict(type='RepeatDataset', dataset=real, times=100, lazy_init=True),
        ],
    ),
)
test_dataloader = dict(
    dataset=dict(ann_file=f'{splits}/test.txt', data_prefix=dict(img_path='', seg_map_path=''))
)
train_cfg = dict(max_iters=12_500, val_interval=2_500)
randomness = dict(seed=0)
