import Foundation
import Testing

/// oneDNN reads the level of kernels it may use when it is first called, so each level takes a process of its own: this
/// one's executable, told by the environment which level and by its arguments which suites.
@Suite("Processor levels", .enabled(if: ProcessInfo.processInfo.environment["DNNL_MAX_CPU_ISA"] == nil))
struct ProcessorLevelTests {
    /// AVX-512 has no case: it is what the suites themselves run at where the processor has it.
    @Test("below the processor's own give the textbook's results too", arguments: ["AVX2", "SSE41"])
    func lowerLevel(level: String) throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = [
            "--testing-library", "swift-testing", "--filter", "TensorsTests.(ConvolutionTests|ProductTests)",
        ]
        child.environment = ProcessInfo.processInfo.environment.merging(["DNNL_MAX_CPU_ISA": level]) { $1 }
        let output = Pipe()
        child.standardOutput = output
        child.standardError = output
        try child.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        child.waitUntilExit()
        #expect(child.terminationStatus == 0, "\(text)")
        #expect(text.contains("2 suites passed"), "\(text)")
    }
}
