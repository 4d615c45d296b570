# SDNET2018: 56,000 patches of bridge decks, pavements and walls (D, P, W)
_base_ = './cls_brickwork.py'
root = dict(data_root='{{$MMCRACK_DATA:data}}/sdnet2018', layout='sdnet2018')
train_dataloader = dict(dataset=root)
val_dataloader = dict(dataset=root)
test_dataloader = dict(dataset=root)
