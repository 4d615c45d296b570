_base_ = './resnet50_npp2021_arcface.py'
model = dict(head=dict(type='mmcrack.CircleClsHead'))
