#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Numbers with so many decimals, rounded as C does it.
enum DecimalText {
    /// `12.50`.
    static func fixed(_ number: Double, _ decimals: Int) -> String {
        written(number, "%.*f", decimals)
    }

    /// `1.25e+01`.
    static func scientific(_ number: Double, _ decimals: Int) -> String {
        written(number, "%.*e", decimals)
    }

    private static func written(_ number: Double, _ format: String, _ decimals: Int) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        // The longest Double has 309 digits before its point.
        let size = 320 + decimals
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            let count = withVaList([Int32(decimals), number]) { vsnprintf(buffer.baseAddress, size, format, $0) }
            return String(decoding: buffer.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
