"""The paper's second claim, tested: what each shape part gains on both backbones and two data sets."""
