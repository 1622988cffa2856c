import Foundation
import Segmentation
import TestSupport

/// The drawn scene that the package ships as its example.
func scene() throws -> Picture { try Picture(Array(Data(contentsOf: Repository.scene)), context) }
