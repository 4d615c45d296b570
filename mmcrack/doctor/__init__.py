"""Checks of a data set before training, and of the environment; see ``tools/doctor.py``.

Nothing here is imported before it is needed: the environment can be examined where torch or mmseg
do not import.
"""
