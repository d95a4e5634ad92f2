"""Read and write the CSV files that offices have; what a column means, the caller says."""

from onhook.tables.reading import Table, read_table
from onhook.tables.writing import ExportEncoding, write_like, write_table

__all__ = ["ExportEncoding", "Table", "read_table", "write_like", "write_table"]
