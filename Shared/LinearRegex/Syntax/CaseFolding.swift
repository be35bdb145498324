/// Which scalars differ only in case, by the simple mappings of Unicode.
enum CaseFolding {
    /// The last scalar that has a case.
    static let last: UInt32 = 0x1E943

    private static let table: [UInt32: [UInt32]] = {
        var groups: [UInt32: [UInt32]] = [:]
        for value in 0...last {
            guard let scalar = Unicode.Scalar(value), scalar.properties.isCased else { continue }
            groups[canonical(scalar), default: []].append(value)
        }
        var table: [UInt32: [UInt32]] = [:]
        for group in groups.values where group.count > 1 {
            for value in group { table[value] = group }
        }
        return table
    }()

    static func variants(of value: UInt32) -> [UInt32] {
        table[value] ?? []
    }

    private static func canonical(_ scalar: Unicode.Scalar) -> UInt32 {
        let upper = single(scalar.properties.uppercaseMapping) ?? scalar
        return (single(upper.properties.lowercaseMapping) ?? upper).value
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        let scalars = mapping.unicodeScalars
        return scalars.count == 1 ? scalars.first : nil
    }
}
