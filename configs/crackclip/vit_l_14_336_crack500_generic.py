# Fig. 5, "Normal": words for defects in general in place of those for cracks
_base_ = './vit_l_14_336_crack500.py'
model = dict(
    decode_head=dict(
        prompts=dict(
            crack=[
                'damaged {}',
                'broken {}',
                '{} with flaw',
                '{} with defect',
                '{} with damage',
            ]
        )
    )
)
