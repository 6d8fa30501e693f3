"""Programs of other libraries that benchmarks/run measures."""
