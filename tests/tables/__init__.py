"""Reading and writing the CSV files that offices have."""
