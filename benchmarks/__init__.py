"""Timings that README quotes, measured side by side; never part of the tests."""
