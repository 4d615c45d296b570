_base_ = './sam_vit_b_lora_deepcrack.py'
model = dict(backbone=dict(arch='h', init_cfg=dict(checkpoint='checkpoints/sam_vit_h_4b8939.pth')))
