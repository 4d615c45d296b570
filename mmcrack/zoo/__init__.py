"""The zoo: one row a method and data set, measured by one command, and the page of all rows."""

from mmcrack.zoo.measuring import Request, measure
from mmcrack.zoo.page import page_text
from mmcrack.zoo.row import Row, read_rows, write_row
from mmcrack.zoo.untrained import measure_untrained

__all__ = ['Request', 'Row', 'measure', 'measure_untrained', 'page_text', 'read_rows', 'write_row']
