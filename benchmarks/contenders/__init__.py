"""Everything that can train a workload; one contender per file."""
