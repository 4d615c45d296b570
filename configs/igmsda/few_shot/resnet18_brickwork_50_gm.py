_base_ = './resnet18_brickwork_25_gm.py'
train_dataloader = dict(dataset=dict(ratio=(50, 50, 150)))
