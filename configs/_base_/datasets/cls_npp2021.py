# NPP2021: 13,372 patches of three classes, a folder each
_base_ = './cls_brickwork.py'
root = dict(
    data_root='{{$MMCRACK_DATA:data}}/npp2021',
    layout='folders',
    classes=('none', 'crack', 'scratch'),
)
data_preprocessor = dict(num_classes=3)
train_dataloader = dict(dataset=root)
val_dataloader = dict(dataset=root)
test_dataloader = dict(dataset=root)
