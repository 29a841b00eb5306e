"""The parts of the report, one file for each."""
