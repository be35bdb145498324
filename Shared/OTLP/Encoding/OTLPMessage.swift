/// A message of OTLP: its fields are listed once, and every codec reads that list.
protocol OTLPMessage: Sendable {
    /// The message with every field at its default.
    init()

    /// The number of each field by its JSON name.
    static var fieldNumbers: [String: Int] { get }

    /// Hands every field to an encoder, by ascending number.
    func encode<Encoder: FieldEncoder & ~Copyable>(to encoder: inout Encoder)

    /// Takes one field from a decoder; unknown ones are skipped.
    mutating func decode<Decoder: FieldDecoder>(
        field: Int,
        from decoder: inout Decoder
    ) throws(OTLPDecodingError)
}
