_base_ = './resnet18_brickwork_25_isda.py'
train_dataloader = dict(dataset=dict(ratio=(100, 0, 150)))
