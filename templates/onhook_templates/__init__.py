"""Data only: softphone families, printable pages and the message catalogue."""
