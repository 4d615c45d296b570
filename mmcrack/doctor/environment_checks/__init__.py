"""Checks of the environment; each yields reports and imports what it examines itself."""

from mmcrack.doctor.environment_checks.accelerator import check_accelerator
from mmcrack.doctor.environment_checks.imports import check_imports
from mmcrack.doctor.environment_checks.packages import (
    check_forks,
    check_opencv,
    check_requirements,
)
from mmcrack.doctor.environment_checks.system import (
    check_disk,
    check_memory,
    check_python,
    check_threads,
)
from mmcrack.doctor.environment_checks.torchvision_build import check_torchvision
from mmcrack.doctor.environment_checks.weights import check_clip_weights, check_sam_weights

ENVIRONMENT_CHECKS = (
    check_python,
    check_threads,
    check_memory,
    check_disk,
    check_requirements,
    check_forks,
    check_opencv,
    check_imports,
    check_torchvision,
    check_accelerator,
    check_sam_weights,
    check_clip_weights,
)
