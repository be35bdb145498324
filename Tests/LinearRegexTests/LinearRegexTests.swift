import LinearRegex
import Testing

@Suite("Linear regular expressions")
struct LinearRegexTests {
    private func matches(_ pattern: String, _ text: String, _ options: LinearRegex.Options = []) throws -> Bool {
        var matcher = try LinearRegex(pattern, options: options).matcher()
        return matcher.matchesWhole(text)
    }

    @Test(
        "match whole texts",
        arguments: [
            ("", "", true), ("", "a", false), ("a", "a", true), ("a", "aa", false), ("a*", "aaaa", true),
            ("a+", "", false),
            ("a?b", "b", true), ("a|b|c", "b", true), ("(a|ab)(c|bcd)", "abcd", true), (".*", "x\ny", false),
            ("(?s).*", "x\ny", true), ("[^a]", "\n", true), ("a.c", "aüc", true), ("ü+", "üüü", true),
            ("[ä-ü]", "ö", true),
            ("^a$", "a", true), ("a^b", "ab", false), ("\\Aa\\z", "a", true), ("(?m)a$\\nb", "a\nb", true),
            ("\\bfoo\\b", "foo", true), ("foo\\Bbar", "foobar", true), ("a{3}", "aaa", true), ("a{2,3}", "a", false),
            ("a{2,}", "aaaaa", true), ("a{,3}", "a{,3}", true), ("a{0}b", "b", true), ("(ab){2}", "abab", true),
            ("\\d+\\.\\d*", "12.5", true), ("\\w\\W\\s\\S", "a- b", true), ("[[:alpha:]_]+", "ab_C", true),
            ("[[:^digit:]]", "1", false), ("[\\d\\-x]+", "1-x", true), ("[]a]", "]", true), ("[a-]", "-", true),
            ("\\p{Lu}\\pL+", "Ärger", true), ("\\P{L}", "1", true), ("[^\\p{L}]", "a", false),
            ("(?i)straße", "STRAßE", true),
            ("(?i)k", "\u{212A}", true), ("a(?i)b(?-i)c", "aBc", true), ("a(?i)b(?-i)c", "aBC", false),
            ("(?i:a)b", "Ab", true), ("(?i:a)b", "AB", false), ("\\Qa.b\\E", "a.b", true), ("\\Qa.b", "axb", false),
            ("\\x41\\x{1F600}", "A😀", true), ("\\101", "A", true), ("\\n\\t", "\n\t", true), ("a**", "", nil),
            ("(?P<x>a)(?<y>b)", "ab", true), ("(?:a|b)*c", "ababc", true), ("x*?y", "xxy", true), ("()", "", true),
            ("(|a)+", "aaa", true), ("(a*)*", "aaa", true), ("(a|b)*?", "abab", true), ("😀|é", "é", true),
        ] as [(String, String, Bool?)]
    )
    func whole(_ pattern: String, _ text: String, _ expected: Bool?) throws {
        guard let expected else {
            #expect(throws: LinearRegexError.self) { try matches(pattern, text) }
            return
        }
        #expect(try matches(pattern, text) == expected)
    }

    @Test(
        "find parts of texts",
        arguments: [
            ("b+", "abbbc", true), ("^b", "ab", false), ("c$", "abc", true), ("c$", "cab", false), ("", "", true),
            ("x", "", false), ("(?i)ERROR", "an error", true), ("a.c", "xxabcxx", true), ("\\berr\\b", "an err!", true),
            ("\\berr\\b", "errs", false), ("^$", "", true), ("^$", "a", false),
        ]
    )
    func part(_ pattern: String, _ text: String, _ expected: Bool) throws {
        var matcher = try LinearRegex(pattern).matcher()
        let isPart = matcher.matchesPart(of: text)
        #expect(isPart == expected)
        #expect((matcher.captures(in: text) != nil) == expected)
    }

    @Test("capture groups, the leftmost match first and greedy ones as much as they can")
    func captures() throws {
        let matcher = try LinearRegex("(a+)(b*)|(c)").matcher()
        #expect(matcher.captures(in: "xaabbc") == ["aabb", "aa", "bb", nil])
        #expect(matcher.captures(in: "xcaabb") == ["c", nil, nil, "c"])
        #expect(matcher.captures(ofWhole: "aab") == ["aab", "aa", "b", nil])
        #expect(matcher.captures(ofWhole: "aabc") == nil)
        #expect(try LinearRegex("(a*?)(a*)").matcher().captures(ofWhole: "aaa") == ["aaa", "", "aaa"])
        #expect(try LinearRegex("(a|ab)(c|bcd)?").matcher().captures(in: "abcd") == ["abcd", "a", "bcd"])
        #expect(try LinearRegex("(?U)a+").matcher().captures(in: "aaa") == ["a"])
        #expect(try LinearRegex("ü(.)").matcher().captures(in: "xüö") == ["üö", "ö"])
        #expect(try LinearRegex("(?P<code>\\d)(x)(?<tail>.*)").groupNames == ["code", nil, "tail"])
    }

    @Test(
        "refuse what is not RE2's",
        arguments: [
            ("(", "missing closing ): `(`"), (")", "unexpected ): `)`"), ("[a", "missing closing ]: `[a`"),
            ("*", "missing argument to repetition operator: `*`"), ("a**", "invalid nested repetition operator: `**`"),
            ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`"), ("\\1", "invalid escape sequence: `\\1`"),
            ("\\8", "invalid escape sequence: `\\8`"), ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
            ("(?<!a)", "invalid or unsupported Perl syntax: `(?<`"),
            ("(?!a)", "invalid or unsupported Perl syntax: `(?!`"),
            ("(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
            ("\\", "trailing backslash at end of expression: ``"),
            ("[z-a]", "invalid character class range: `z-a`"), ("x{1001}", "invalid repeat count: `{1001}`"),
            ("(?P<n>a)(?P<n>b)", "invalid named capture: `(?P<n>`"), ("\\pX", "invalid character class: `\\pX`"),
            ("\\p{Greek}", "invalid character class: `\\p{Greek}`"),
            ("[[:nope:]]", "invalid character class range: `[:nope:]`"),
            ("\\C", "invalid escape sequence: `\\C`"), ("\\Z", "invalid escape sequence: `\\Z`"),
        ]
    )
    func refusals(_ pattern: String, _ message: String) {
        #expect { try LinearRegex(pattern) } throws: { "\($0)" == "error parsing regexp: \(message)" }
    }

    @Test("refuse what would need too much")
    func sizes() {
        let code = { (pattern: String) -> LinearRegexError.Code? in
            do throws(LinearRegexError) {
                _ = try LinearRegex(pattern)
                return nil
            } catch { return error.code }
        }
        #expect(code(String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000)) == .nestingDepth)
        #expect(code("((a{100}){100}){100}") == .invalidRepeatCount)
        #expect(code("(\\pL{1000})") == .tooLarge)
        #expect(code("(a{30}){30}") == nil)
    }

    @Test(
        "take time linear in the text where backtracking would explode",
        arguments: [
            "(a+)+b", "(a|aa)+b", "(a*)*b", "(.*)(.*)(.*)(.*)x", "(a|a)*b", "([a-z]+)*!", "(x+x+)+y", "(a?){30}a{30}b",
        ]
    )
    func hostile(_ pattern: String) throws {
        var matcher = try LinearRegex(pattern).matcher()
        let text = String(repeating: "a", count: 20_000)
        let (isWhole, isPart) = (matcher.matchesWhole(text), matcher.matchesPart(of: text))
        #expect(!isWhole)
        #expect(!isPart)
        #expect(matcher.captures(ofWhole: String(text.prefix(300))) == nil)
    }

    @Test("know the few texts that they match")
    func literals() throws {
        #expect(try LinearRegex("a|b(c|d)").literals == ["a", "bc", "bd"])
        #expect(try LinearRegex("a[xy]").literals == ["ax", "ay"])
        #expect(try LinearRegex("").literals == [""])
        #expect(try LinearRegex("a.*").literals == nil)
        #expect(try LinearRegex("^a").literals == nil)
    }
}
