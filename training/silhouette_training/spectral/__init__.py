"""The self-supervised transformer whose keys give the spectral stage its affinity."""
