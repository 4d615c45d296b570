_base_ = '../../_base_/igmsda_few_shot.py'
