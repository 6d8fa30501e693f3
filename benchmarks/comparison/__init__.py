"""Measures Gangway beside other libraries: benchmarks/run."""
