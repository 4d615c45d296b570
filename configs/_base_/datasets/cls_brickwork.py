# Brickwork patches (Positive, Negative) by IGMSDA's protocol: 3:1:1, 224×224, horizontal flips,
# precision, recall and F-score (Eq. 13 to 15)
_base_ = './crack_patches.py'
val_evaluator = [dict(type='Accuracy', topk=(1,)), dict(type='mmcrack.MacroFScore')]
test_evaluator = val_evaluator
