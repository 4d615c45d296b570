_base_ = './resnet18_brickwork_25_igmsda.py'
train_dataloader = dict(dataset=dict(ratio=(100, 0, 150)))
