"""Checks of a data set; each takes a :class:`mmcrack.doctor.scanning.Scan` and yields reports."""

from mmcrack.doctor.data_checks.color import check_color
from mmcrack.doctor.data_checks.contents import check_contents
from mmcrack.doctor.data_checks.duplicates import check_duplicates
from mmcrack.doctor.data_checks.mask_values import check_mask_values
from mmcrack.doctor.data_checks.names import check_names
from mmcrack.doctor.data_checks.pairing import check_pairing
from mmcrack.doctor.data_checks.sizes import check_sizes

DATA_CHECKS = (
    check_contents,
    check_pairing,
    check_names,
    check_sizes,
    check_color,
    check_mask_values,
    check_duplicates,
)
