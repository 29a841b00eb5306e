"""Bars of recorded order books and trades, from a store or a dump."""
