_base_ = './sam_vit_b_lora_deepcrack.py'
model = dict(backbone=dict(arch='l', init_cfg=dict(checkpoint='checkpoints/sam_vit_l_0b3195.pth')))
