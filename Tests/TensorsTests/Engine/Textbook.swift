import Foundation
import Tensors
import TestSupport
import Testing

/// Layers as their definitions have them, summed in double precision.
enum Textbook {
    /// act(conv(x) + b + residual); `weight` is `[out, in, kh, kw]`.
    static func convolution(
        _ x: Tensor, weight: Tensor, bias: Tensor?, stride: Int, padding: Int, dilation: Int, activation: Activation,
        residual: Tensor? = nil
    ) -> Tensor {
        let (height, width, inputs) = (x.shape[0], x.shape[1], x.shape[2])
        let (outputs, rows, columns) = (weight.shape[0], weight.shape[2], weight.shape[3])
        let down = (height + 2 * padding - dilation * (rows - 1) - 1) / stride + 1
        let across = (width + 2 * padding - dilation * (columns - 1) - 1) / stride + 1
        let (source, weights, biases, others) = (x.values, weight.values, bias?.values, residual?.values)
        return Tensor([down, across, outputs]) { y in
            for pixel in 0..<down * across {
                for output in 0..<outputs {
                    var sum = Double(biases?[output] ?? 0) + Double(others?[pixel * outputs + output] ?? 0)
                    for i in 0..<rows {
                        for j in 0..<columns {
                            let row = pixel / across * stride + i * dilation - padding
                            let column = pixel % across * stride + j * dilation - padding
                            guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                            for k in 0..<inputs {
                                sum +=
                                    Double(source[(row * width + column) * inputs + k])
                                    * Double(weights[((output * inputs + k) * rows + i) * columns + j])
                            }
                        }
                    }
                    y[pixel * outputs + output] = Float(value(activation, sum))
                }
            }
        }
    }

    static func value(_ activation: Activation, _ x: Double) -> Double {
        switch activation {
        case .none: x
        case .relu: max(x, 0)
        case .gelu: x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
        case .quickGELU: x / (1 + exp(-1.702 * x))
        }
    }
}

extension Tensor {
    /// Elements evenly spread over ±`scale`.
    static func random(_ shape: [Int], scale: Float = 1, _ generator: inout SplitMix64) -> Tensor {
        Tensor(shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -scale...scale, using: &generator) })
    }

    /// Each element rounded to bf16, to the nearest and ties to even.
    var roundedToBF16: Tensor {
        Tensor(
            shape,
            values.map { Float(bitPattern: ($0.bitPattern + 0x7FFF + ($0.bitPattern >> 16 & 1)) & 0xFFFF_0000) })
    }

    /// The largest of |a − b| / (1e-5 + 1e-4·|b|): at most 1 where one operation is as exact as fp32 lets it be.
    func error(against other: Tensor) -> Float {
        guard shape == other.shape else { return .infinity }
        return zip(values, other.values).reduce(0) { worst, pair in
            let error = abs(pair.0 - pair.1) / (1e-5 + 1e-4 * abs(pair.1))
            return error > worst || error.isNaN ? error : worst
        }
    }
}

/// An engine and a precision that it may have here.
struct Backend: Sendable, CustomTestStringConvertible {
    let kind: EngineKind
    let precision: Precision
    var testDescription: String { "\(kind.rawValue) \(precision.rawValue)" }

    /// Those that run on this processor; bf16 is left out, and so not tested, where it has no AVX-512 BF16.
    static let available: [Backend] =
        EngineKind.allCases.map { Backend(kind: $0, precision: .fp32) }
        + (hasBF16 ? [Backend(kind: .oneDNN, precision: .bf16)] : [])

    /// The library obeys the environment too.
    private static var hasBF16: Bool {
        Engine.processorHasBF16 && ProcessInfo.processInfo.environment["DNNL_MAX_CPU_ISA"] == nil
    }

    var engine: Engine { get throws { try Engine(kind, precision: precision) } }

    /// Factors as the engine takes them.
    func taken(_ tensor: Tensor) -> Tensor { precision == .bf16 ? tensor.roundedToBF16 : tensor }
}
