public import ArgumentParser
public import Segmentation
public import Tensors

extension EngineKind: ExpressibleByArgument {}
extension FusionRule: ExpressibleByArgument {}
