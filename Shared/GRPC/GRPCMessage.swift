import TextCoding

/// The field `grpc-message`: text whose octets beyond printable ASCII are escaped (gRPC over HTTP/2, Responses).
public enum GRPCMessage {
    /// Writes the field.
    public static func field(_ text: String) -> String {
        PercentCoding.encode(text) { (0x20...0x7E).contains($0) }
    }

    /// Reads the field; what is malformed stays as it is.
    public static func text(_ field: String) -> String {
        PercentCoding.decodeRepairing(field) ?? field
    }
}
