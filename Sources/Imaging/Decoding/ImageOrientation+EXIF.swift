extension ImageOrientation {
    /// Reads the orientation from an EXIF block (a TIFF header and its first directory, after an optional `Exif\0\0`).
    ///
    /// Only the first directory is read, so nothing can loop. Anything malformed gives nil.
    init?(exif block: ArraySlice<UInt8>) {
        let prefix = Array("Exif\0\0".utf8)
        let tiff = TIFFReader(bytes: block.starts(with: prefix) ? block.dropFirst(prefix.count) : block)
        guard let tiff, let directory = tiff.long(at: 4), let entries = tiff.short(at: directory) else { return nil }
        for entry in 0..<entries {
            let place = directory + 2 + 12 * entry
            guard let tag = tiff.short(at: place) else { return nil }
            guard tag == Self.tag else { continue }
            guard let value = tiff.integer(ofEntryAt: place) else { return nil }
            self.init(rawValue: value)
            return
        }
        return nil
    }

    private static let tag = 0x0112
}

/// Numbers of a TIFF block in its own byte order; nil beyond its end.
private struct TIFFReader {
    private let bytes: ArraySlice<UInt8>
    private let isLittleEndian: Bool

    init?(bytes: ArraySlice<UInt8>) {
        guard bytes.count >= 8 else { return nil }
        isLittleEndian = bytes.starts(with: [0x49, 0x49])
        guard isLittleEndian || bytes.starts(with: [0x4d, 0x4d]) else { return nil }
        self.bytes = bytes
        guard short(at: 2) == 42 else { return nil }
    }

    func short(at offset: Int) -> Int? { number(at: offset, count: 2) }
    func long(at offset: Int) -> Int? { number(at: offset, count: 4) }

    /// The value of an entry that holds one whole number. Some writers use BYTE or LONG where EXIF says SHORT.
    func integer(ofEntryAt place: Int) -> Int? {
        guard long(at: place + 4) == 1 else { return nil }
        switch short(at: place + 2) {
        case 1: return number(at: place + 8, count: 1)
        case 3: return short(at: place + 8)
        case 4: return long(at: place + 8)
        default: return nil
        }
    }

    private func number(at offset: Int, count: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - count else { return nil }
        let start = bytes.startIndex + offset
        let digits = bytes[start..<start + count]
        return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }
}
