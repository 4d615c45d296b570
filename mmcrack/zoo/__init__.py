"""The zoo: one row a method and data set, measured by one command, and the page of all rows."""

from mmcrack.zoo.measuring import Request, measure
from mmcrack.zoo.page import page_text
from mmcrack.zoo.row import Row, read_rows, write_row

__all__ = ['Request', 'Row', 'measure', 'page_text', 'read_rows', 'write_row']
