_base_ = './resnet50_npp2021.py'
loss = dict(type='mmcrack.CenterLoss', num_classes=3, num_features=2048)
model = dict(head=dict(loss=loss))
