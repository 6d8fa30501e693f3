"""Learning results over seeds: runs, statistics, tables and pictures."""
