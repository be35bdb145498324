import Testing

/// A message that must be refused, or that looks dangerous and is fine.
struct DoubtfulRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let message: String
    let status: Int

    var testDescription: String { name }

    init(_ name: String, _ message: String, _ status: Int) {
        self.name = name
        self.message = message
        self.status = status
    }

    /// Whether the message itself is fine and its answer the router's, after which the connection goes on.
    var isAnsweredByRouter: Bool { [404, 405].contains(status) || status == 501 && name.contains("method") }

    /// A GET with these lines after the Host.
    static func field(_ name: String, _ lines: String, _ status: Int = 400) -> DoubtfulRequest {
        DoubtfulRequest(name, "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\nConnection: close\r\n\r\n", status)
    }

    /// A GET for a target.
    static func target(_ name: String, _ target: String, _ status: Int = 400) -> DoubtfulRequest {
        DoubtfulRequest(name, "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", status)
    }

    /// A request line, with what a request needs after it.
    static func line(_ name: String, _ line: String, _ status: Int = 400) -> DoubtfulRequest {
        DoubtfulRequest(name, "\(line)\r\nHost: a\r\nConnection: close\r\n\r\n", status)
    }

    /// A GET with this Host line.
    static func host(_ name: String, _ line: String, _ status: Int = 400) -> DoubtfulRequest {
        DoubtfulRequest(name, "GET / HTTP/1.1\r\n\(line)\r\nConnection: close\r\n\r\n", status)
    }

    /// A POST with these framing lines; a second request follows where a lenient server would see one.
    static func framing(_ name: String, _ lines: String, _ status: Int = 400) -> DoubtfulRequest {
        DoubtfulRequest(
            name,
            "POST /echo HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n0\r\n\r\nGET /hello/smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
            status
        )
    }

    /// A POST with this chunked body.
    static func chunks(_ name: String, _ body: String, _ status: Int = 400) -> DoubtfulRequest {
        DoubtfulRequest(
            name,
            "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\(body)",
            status
        )
    }
}

extension DoubtfulRequest {
    static let requestLines: [DoubtfulRequest] = [
        .line("no version (HTTP/0.9)", "GET /"),
        .line("no target", "GET HTTP/1.1"),
        .line("no method", " / HTTP/1.1"),
        .line("only a method", "GET"),
        .line("two spaces after the method", "GET  / HTTP/1.1"),
        .line("two spaces before the version", "GET /  HTTP/1.1"),
        .line("a tab instead of a space", "GET\t/ HTTP/1.1"),
        .line("a space at the end", "GET / HTTP/1.1 "),
        .line("a space at the beginning", " GET / HTTP/1.1"),
        .line("a space in the target", "GET /a b HTTP/1.1"),
        .line("a version in lower case", "GET / http/1.1"),
        .line("a version without a name", "GET / 1.1"),
        .line("a version with one digit", "GET / HTTP/1"),
        .line("a version with two minor digits", "GET / HTTP/1.11"),
        .line("a version with a leading zero", "GET / HTTP/01.1"),
        .line("a version with a comma", "GET / HTTP/1,1"),
        .line("a version with a sign", "GET / HTTP/+1.1"),
        .line("a version with letters", "GET / HTTP/a.b"),
        .line("another protocol", "GET / HTTPS/1.1"),
        .line("another protocol's name", "GET / ICAP/1.0"),
        .line("HTTP/2.0", "GET / HTTP/2.0", 505),
        .line("HTTP/0.9 with a version", "GET / HTTP/0.9", 505),
        .line("HTTP/3.0", "GET / HTTP/3.0", 505),
        .line("HTTP/9.9", "GET / HTTP/9.9", 505),
        DoubtfulRequest("what is nearly the preface of HTTP/2", "PRI * HTTP/2.0\r\nHost: x\r\n\r\n", 505),
        .line("a later minor version", "GET /hello/x HTTP/1.2", 200),
        .line("a parenthesis in the method", "GE(T / HTTP/1.1"),
        .line("a colon in the method", "GET: / HTTP/1.1"),
        .line("a slash in the method", "GE/T / HTTP/1.1"),
        .line("a quote in the method", "\"GET\" / HTTP/1.1"),
        .line("a control character in the method", "G\u{1}T / HTTP/1.1"),
        .line("a letter beyond ASCII in the method", "GÉT / HTTP/1.1"),
        .line("a method that nobody knows", "BREW /hello/x HTTP/1.1", 501),
        .line("a method in lower case", "get /hello/x HTTP/1.1", 501),
        .line("CONNECT", "CONNECT a:443 HTTP/1.1", 501),
        .line("CONNECT to a path", "CONNECT / HTTP/1.1", 501),
        .line("a method that the route has not", "DELETE /hello/x HTTP/1.1", 405),
        .line("* without OPTIONS", "GET * HTTP/1.1"),
        .line("OPTIONS for the server", "OPTIONS * HTTP/1.1", 204),
        DoubtfulRequest("a bare line feed", "GET / HTTP/1.1\nHost: a\n\n", 400),
        DoubtfulRequest("a bare line feed after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        DoubtfulRequest("a bare carriage return after the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
        DoubtfulRequest("a carriage return in the target", "GET /\rx HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        DoubtfulRequest("a carriage return twice", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
        DoubtfulRequest("a TLS greeting", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n", 400),
        DoubtfulRequest("a NUL", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        DoubtfulRequest("nothing but line ends", String(repeating: "\r\n", count: 40), 400),
        DoubtfulRequest(
            "an empty line before",
            "\r\nGET /hello/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            200
        ),
        DoubtfulRequest("a line feed before", "\nGET /hello/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ]

    static let targets: [DoubtfulRequest] = [
        .target("no slash", "hello"),
        .target("a fragment", "/hello/x#a"),
        .target("a quote", "/\"a\""),
        .target("an angle bracket", "/<script>"),
        .target("a closing angle bracket", "/a>"),
        .target("a backslash", "/a\\b"),
        .target("a caret", "/a^b"),
        .target("a backtick", "/a`b"),
        .target("a brace", "/{id}"),
        .target("an angle bracket in the query", "/hello/x?<"),
        .target("a brace in the query, as browsers send it", "/hello/x?{}|^`\\", 200),
        .target("a control character", "/a\u{1}b"),
        .target("a delete character", "/a\u{7F}b"),
        .target("a letter beyond ASCII", "/é"),
        .target("an escape without digits", "/%"),
        .target("an escape with one digit", "/%4"),
        .target("an escape with a wrong digit", "/%4g"),
        .target("an escape with a sign", "/%+1"),
        .target("an encoded NUL", "/%00"),
        .target("an encoded line end", "/%0d%0a"),
        .target("an encoded delete character", "/%7f"),
        .target("bytes that are not UTF-8", "/%ff"),
        .target("an overlong slash", "/%c0%af"),
        .target("half of a surrogate pair", "/%ed%a0%80"),
        .target("dot segments above the root", "/../../hello/x", 200),
        .target("encoded dot segments", "/%2e%2e/hello/x", 200),
        .target("half-encoded dot segments", "/a/.%2e/hello/x", 200),
        .target("an encoded slash, which is none", "/hello%2fx", 404),
        .target("an absolute target", "http://a/hello/x", 200),
        .target("an absolute target in capitals", "HTTP://A/hello/x", 200),
        .target("an absolute target without a host", "http:///hello/x"),
        .target("an absolute target with nothing", "http://"),
        .target("an absolute target with a user", "http://u@a/hello/x"),
        .target("an absolute target with a user and a password", "http://u:p@a/hello/x"),
        .target("an absolute target with a bad port", "http://a:b/hello/x"),
        .target("an absolute target with a port out of range", "http://a:65536/hello/x"),
        .target("another scheme", "ftp://a/"),
        .target("https on a plain connection", "https://a/"),
        .target("a scheme alone", "http:"),
        .target("a scheme with one slash", "http:/a"),
        .target("an authority without CONNECT", "a:80"),
        .target("two slashes at the beginning", "//hello/x", 404),
        .target("a line that is too long", "/" + String(repeating: "a", count: 9_000), 414),
        .target("a query that is too long", "/hello/x?" + String(repeating: "a", count: 9_000), 414),
    ]

    static let hosts: [DoubtfulRequest] = [
        .host("no Host", "X: y"),
        .host("two Hosts", "Host: a\r\nHost: a"),
        .host("two different Hosts", "Host: a\r\nHost: b"),
        .host("two Hosts in different case", "Host: a\r\nhOST: b"),
        .host("two hosts in one field", "Host: a, b"),
        .host("a space in the host", "Host: a b"),
        .host("a path in the host", "Host: a/b"),
        .host("a user in the host", "Host: u@a"),
        .host("a query in the host", "Host: a?b"),
        .host("a fragment in the host", "Host: a#b"),
        .host("a backslash in the host", "Host: a\\b"),
        .host("a letter as port", "Host: a:b"),
        .host("a sign in the port", "Host: a:+80"),
        .host("a port out of range", "Host: a:65536"),
        .host("two ports", "Host: a:80:80"),
        .host("a port without a host", "Host: :80"),
        .host("an address in brackets that do not end", "Host: [::1"),
        .host("brackets without an address", "Host: []"),
        .host("a name in brackets", "Host: [name]"),
        .host("something after the brackets", "Host: [::1]a"),
        .host("an escape that is none", "Host: a%zz"),
        .host("a letter beyond ASCII in the host", "Host: é"),
        .host("an address with brackets and a port", "Host: [::1]:80", 404),
        .host("an empty Host", "Host:", 404),
        DoubtfulRequest("HTTP/1.0 without Host", "GET /hello/x HTTP/1.0\r\n\r\n", 200),
    ]

    static let fields: [DoubtfulRequest] = [
        .field("no colon", "NoColon"),
        .field("no name", ": value"),
        .field("a space before the colon", "X : y"),
        .field("a tab before the colon", "X\t: y"),
        .field("a space before the name", " X: y"),
        .field("a folded line", "X: y\r\n folded"),
        .field("a line folded with a tab", "X: y\r\n\tfolded"),
        .field("a folded first line", " X: y\r\nY: z"),
        .field("a space in the name", "X Y: z"),
        .field("a parenthesis in the name", "X(: y"),
        .field("a slash in the name", "X/Y: z"),
        .field("a quote in the name", "\"X\": y"),
        .field("a bracket in the name", "X[0]: y"),
        .field("an at sign in the name", "X@Y: z"),
        .field("an equals sign in the name", "X=Y: z"),
        .field("a NUL in the name", "X\0: y"),
        .field("a letter beyond ASCII in the name", "É: y"),
        .field("a NUL in the value", "X: a\0b"),
        .field("a bell in the value", "X: a\u{7}b"),
        .field("an escape character in the value", "X: a\u{1B}b"),
        .field("a delete character in the value", "X: a\u{7F}b"),
        .field("a vertical tab in the value", "X: a\u{B}b"),
        .field("a bare carriage return in the value", "X: a\rb"),
        .field("a bare carriage return before the line end", "X: a\r"),
        .field("a bare line feed in the value", "X: a\nY: b"),
        .field("a line feed before the carriage return", "X: a\n\rY: b"),
        .field("an expectation that nobody knows", "Expect: magic", 417),
        .field("a letter beyond ASCII in the value, which is allowed", "X: é", 404),
        .field("a tab in the value, which is allowed", "X: a\tb", 404),
        .field("an empty value, which is allowed", "X:", 404),
        .field("a name with every character that is allowed", "!#$%&'*+-.^_`|~09az: y", 404),
        .field("too many fields", String(repeating: "X: y\r\n", count: 101) + "Z: z", 431),
        .field("a value that is too large", "X: " + String(repeating: "a", count: 40_000), 431),
        .field("a name that is too large", String(repeating: "a", count: 40_000) + ": x", 431),
        .field(
            "values that are too large together",
            String(repeating: "X: \(String(repeating: "a", count: 900))\r\n", count: 40) + "Z: z",
            431
        ),
    ]

    static let lengths: [DoubtfulRequest] = [
        .framing("a length and a coding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        .framing("a coding and a length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        .framing("a coding and a length of zero", "Transfer-Encoding: chunked\r\nContent-Length: 0"),
        .framing("two lengths that agree", "Content-Length: 5\r\nContent-Length: 5"),
        .framing("two lengths that differ", "Content-Length: 5\r\nContent-Length: 6"),
        .framing("two lengths in one field", "Content-Length: 5, 5"),
        .framing("an empty length", "Content-Length:"),
        .framing("a negative length", "Content-Length: -1"),
        .framing("a length with a plus sign", "Content-Length: +5"),
        .framing("a length in hexadecimal", "Content-Length: 0x5"),
        .framing("a length with a fraction", "Content-Length: 5.0"),
        .framing("a length with an exponent", "Content-Length: 1e3"),
        .framing("a length with a space inside", "Content-Length: 5 5"),
        .framing("a length with an underscore", "Content-Length: 5_0"),
        .framing("a length with a letter", "Content-Length: 5a"),
        .framing("a length that is a word", "Content-Length: five"),
        .framing("a length in quotes", "Content-Length: \"5\""),
        .framing("a length with a semicolon", "Content-Length: 5;"),
        .framing("a length in other digits", "Content-Length: ٥"),
        .framing("a length beyond 64 bits", "Content-Length: 99999999999999999999"),
        .framing("a length that would wrap to five", "Content-Length: 18446744073709551621"),
        .framing("a length with a folded line", "Content-Length: 5\r\n 5"),
        .framing("a length with a space before the colon", "Content-Length : 5"),
        .framing("a body larger than the server takes", "Content-Length: 99999999999", 413),
        .framing("a coding that is not known", "Transfer-Encoding: gzip"),
        .framing("a coding that is not known before chunked", "Transfer-Encoding: gzip, chunked", 501),
        .framing("chunked, but not last", "Transfer-Encoding: chunked, gzip"),
        .framing("chunked, twice in one field", "Transfer-Encoding: chunked, chunked"),
        .framing("chunked, in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        .framing(
            "chunked, then identity in a second field",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"
        ),
        .framing("identity", "Transfer-Encoding: identity"),
        .framing("an empty coding", "Transfer-Encoding:"),
        .framing("a coding that begins like chunked", "Transfer-Encoding: chunkedx"),
        .framing("a coding that ends like chunked", "Transfer-Encoding: xchunked"),
        .framing("chunked with a parameter", "Transfer-Encoding: chunked;a=b"),
        .framing("chunked in quotes", "Transfer-Encoding: \"chunked\""),
        .framing("chunked after an empty element", "Transfer-Encoding: , chunked"),
        .framing("chunked before an empty element", "Transfer-Encoding: chunked,"),
        .framing("chunked after a vertical tab", "Transfer-Encoding: \u{B}chunked"),
        .framing("a coding on a folded line", "Transfer-Encoding:\r\n chunked"),
        .framing("a coding with a space before the colon", "Transfer-Encoding : chunked"),
        DoubtfulRequest(
            "a coding in HTTP/1.0",
            "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400
        ),
        DoubtfulRequest(
            "chunked in capitals, which is allowed",
            "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
            200
        ),
        DoubtfulRequest(
            "a length with zeros in front, which is allowed",
            "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0005\r\n\r\nhello",
            200
        ),
    ]

    static let chunkedBodies: [DoubtfulRequest] = [
        .chunks("a negative size", "-1\r\na\r\n0\r\n\r\n"),
        .chunks("a size with a plus sign", "+1\r\na\r\n0\r\n\r\n"),
        .chunks("a size with a prefix", "0x1\r\na\r\n0\r\n\r\n"),
        .chunks("a space before the size", " 1\r\na\r\n0\r\n\r\n"),
        .chunks("a space after the size", "1 \r\na\r\n0\r\n\r\n"),
        .chunks("a tab after the size", "1\t\r\na\r\n0\r\n\r\n"),
        .chunks("no size", "\r\na\r\n0\r\n\r\n"),
        .chunks("a size that is a word", "xyz\r\na\r\n0\r\n\r\n"),
        .chunks("a size with a letter after it", "1g\r\na\r\n0\r\n\r\n"),
        .chunks("a size with an underscore", "1_0\r\na\r\n0\r\n\r\n"),
        .chunks("a size beyond 64 bits", "ffffffffffffffff1\r\na\r\n0\r\n\r\n"),
        .chunks("a size that would wrap to one", "10000000000000001\r\na\r\n0\r\n\r\n"),
        .chunks("a size of the largest integer", "7fffffffffffffff\r\na\r\n0\r\n\r\n"),
        .chunks("a size with a hundred zeros", String(repeating: "0", count: 100) + "1\r\na\r\n0\r\n\r\n"),
        .chunks("a size beyond the limit", "ffffffff\r\na\r\n0\r\n\r\n", 413),
        .chunks("an extension without a size", ";a=b\r\na\r\n0\r\n\r\n"),
        .chunks("an extension with a NUL", "1;a=\0\r\na\r\n0\r\n\r\n"),
        .chunks("an extension with a bare carriage return", "1;a=b\rc\r\na\r\n0\r\n\r\n"),
        .chunks("an extension with a bare line feed", "1;a=b\na\r\n0\r\n\r\n"),
        .chunks("an extension without a name", "1;\r\na\r\n0\r\n\r\n"),
        .chunks("an extension without a value", "1;a=\r\na\r\n0\r\n\r\n"),
        .chunks("an extension with a space after it", "1;a=b \r\na\r\n0\r\n\r\n"),
        .chunks("an extension with two words", "1;a b\r\na\r\n0\r\n\r\n"),
        .chunks("an extension without a semicolon", "1 a=b\r\na\r\n0\r\n\r\n"),
        .chunks("an extension whose quote does not end", "1;a=\"b\r\na\r\n0\r\n\r\n"),
        .chunks("an extension whose quote ends in a backslash", "1;a=\"b\\\r\na\r\n0\r\n\r\n"),
        .chunks("an extension whose last quote is escaped", "1;a=\"b\\\"\r\na\r\n0\r\n\r\n"),
        .chunks("an extension with text after its quotes", "1;a=\"b\"c\r\na\r\n0\r\n\r\n"),
        .chunks(
            "tiny chunks with long extensions",
            String(repeating: "1;a=\(String(repeating: "b", count: 200))\r\na\r\n", count: 100) + "0\r\n\r\n"
        ),
        .chunks("an extension that is too long", "1;" + String(repeating: "a", count: 5_000) + "\r\na\r\n0\r\n\r\n"),
        .chunks("a size line that ends in a line feed", "1\na\r\n0\r\n\r\n"),
        .chunks("a chunk that ends in a line feed", "1\r\na\n0\r\n\r\n"),
        .chunks("a chunk that ends in a carriage return", "1\r\na\r0\r\n\r\n"),
        .chunks("a chunk that is longer than its size", "1\r\nab\r\n0\r\n\r\n"),
        .chunks("a chunk that is shorter than its size", "3\r\na\r\n0\r\n\r\n0\r\n\r\n"),
        .chunks("a last chunk that ends in a line feed", "0\n\n"),
        .chunks("a body that ends in a line feed", "0\r\n\n"),
        .chunks("a trailer without a colon", "0\r\nTrailer\r\n\r\n"),
        .chunks("a trailer with a space before the colon", "0\r\nX : y\r\n\r\n"),
        .chunks("a folded trailer", "0\r\nX: y\r\n z\r\n\r\n"),
        .chunks("a trailer with a NUL", "0\r\nX: \0\r\n\r\n"),
        .chunks("a length in the trailers", "0\r\nContent-Length: 5\r\n\r\n"),
        .chunks("a coding in the trailers", "0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .chunks("a Host in the trailers", "0\r\nHost: b\r\n\r\n"),
        .chunks("trailers without end", "0\r\n" + String(repeating: "X: y\r\n", count: 200) + "\r\n"),
        .chunks("an extension, which is allowed", "1;a=b\r\na\r\n0\r\n\r\n", 200),
        .chunks("a quoted extension, which is allowed", "1;a=\"b c\"\r\na\r\n0\r\n\r\n", 200),
        .chunks("an extension with an escape, which is allowed", "1;a=\"\\\"b\\c\"\r\na\r\n0\r\n\r\n", 200),
        .chunks("white space around an extension, which is allowed", "1 \t; a = b\r\na\r\n0\r\n\r\n", 200),
        .chunks("two extensions, which are allowed", "1;a;b=\"\" ;c=d\r\na\r\n0\r\n\r\n", 200),
        .chunks("a trailer, which is allowed", "1\r\na\r\n0\r\nX: y\r\n\r\n", 200),
        .chunks("sizes in both cases, which is allowed", "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", 200),
    ]

    static let all = requestLines + targets + hosts + fields + lengths + chunkedBodies
}
