extension StringProtocol where SubSequence == Substring {
    /// The text without spaces and tabs at its ends.
    var trimmingBlanks: Substring {
        var octets = self[...].utf8
        while let first = octets.first, Self.isBlank(first) { octets.removeFirst() }
        while let last = octets.last, Self.isBlank(last) { octets.removeLast() }
        return Substring(octets)
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }
}
