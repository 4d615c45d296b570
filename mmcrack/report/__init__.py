"""The inspection report: what was measured, as one HTML page that needs nothing else."""

from mmcrack.report.measured_folder import MeasuredFolder
from mmcrack.report.options import ReportOptions, WrittenReport
from mmcrack.report.writing import write_report

__all__ = ['MeasuredFolder', 'ReportOptions', 'WrittenReport', 'write_report']
