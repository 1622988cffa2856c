import ArgumentParser

/// Where answers go.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "The file for the JSON; standard output when left out.")
    var output: String?

    @Option(help: "The picture with masks drawn over it, as a PNG; of many pictures a folder of them.")
    var overlay: String?

    @Option(help: "The label of every pixel as an indexed PNG; of many pictures a folder of them.")
    var labelMap: String?

    @Option(help: "A folder for the picture's own shapes, as black and white PNGs.")
    var eigensegments: String?

    func validate() throws {
        let given = [output, overlay, labelMap, eigensegments].compactMap(\.self)
        if let twice = given.first(where: { path in given.count { $0 == path } > 1 }) {
            throw ValidationError("\(twice) is named for two outputs; give each a place of its own")
        }
    }
}
