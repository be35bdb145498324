import Glibc

/// What the program says on standard output while it runs.
enum Output {
    /// Prints one line at once, also into a pipe.
    static func say(_ message: String) {
        print("data-generator: \(message)")
        fflush(nil)
    }
}
