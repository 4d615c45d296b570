"""Measurement of cracks: lengths, widths, areas, directions, from probability maps or masks."""

from mmcrack.measurement.crack import Crack, by_severity
from mmcrack.measurement.measure import measure_cracks

__all__ = ['Crack', 'by_severity', 'measure_cracks']
