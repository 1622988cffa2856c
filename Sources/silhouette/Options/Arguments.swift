public import ArgumentParser
public import Encoders
public import Segmentation
public import Tensors

extension EngineKind: ExpressibleByArgument {}
extension FusionRule: ExpressibleByArgument {}
extension SegmentationOptions.Detail: ExpressibleByArgument {}
extension TextPreset: ExpressibleByArgument {}
extension VisualPreset: ExpressibleByArgument {}
extension SpectralPreset: ExpressibleByArgument {}
extension ReadoutPreset: ExpressibleByArgument {}
