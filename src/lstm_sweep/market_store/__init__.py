"""The folder that a recorder fills: lines as they came, and Parquet files that never change again."""
