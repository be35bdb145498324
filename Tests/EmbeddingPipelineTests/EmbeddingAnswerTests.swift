import ServiceKit
import Testing

@testable import EmbeddingPipeline

@Suite("An answer of the embedding endpoint")
struct EmbeddingAnswerTests {
    private func read(_ text: String, count: Int) throws(EmbeddingError) -> [[Float]] {
        try EmbeddingClient.read(Array(text.utf8), count: count)
    }

    @Test("is put into the order of the texts")
    func order() throws {
        let vectors = try read(
            #"{"data": [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [1, 0]}], "usage": {}}"#,
            count: 2
        )
        #expect(vectors == [[1, 0], [0, 2]])
    }

    @Test(
        "is refused unless it has one usable vector for each text",
        arguments: [
            "", "{}", #"{"data": []}"#,
            #"{"data": [{"index": 0, "embedding": []}]}"#,
            #"{"data": [{"index": 0, "embedding": [0, 0]}]}"#,
            #"{"data": [{"index": 1, "embedding": [1]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1]}, {"index": 0, "embedding": [1]}]}"#,
            #"{"data": [{"index": 0, "embedding": [1e39]}]}"#,
        ]
    )
    func refused(_ text: String) {
        #expect(throws: EmbeddingError.self) { try read(text, count: 1) }
    }

    @Test("of several lengths is refused")
    func lengths() {
        #expect(throws: EmbeddingError.unexpected("the vectors are empty or of several lengths")) {
            try read(#"{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}"#, count: 2)
        }
    }
}

@Suite("The pipeline's settings")
struct EmbeddingSettingsTests {
    @Test("never show a password or a key")
    func secrets() {
        for (name, value) in [("EMBEDDING_ENDPOINT", "ftp://me:secret@host"), ("EMBEDDING_API_KEY", "sec ret")] {
            let error = #expect(throws: SettingError.self) {
                try EmbeddingSettings(Settings(environment: [name: value]))
            }
            #expect(error?.variable == name)
            #expect(error.map { "\($0)".contains("sec") } == false)
        }
    }

    @Test("turn the embedding off")
    func off() throws {
        #expect(try EmbeddingSettings(Settings(environment: ["EMBEDDING_ENDPOINT": "off"])).endpoint == nil)
        let local = try EmbeddingSettings(Settings(environment: ["EMBEDDING_ENDPOINT_PORT": "9"]))
        #expect(local.endpoint == "http://127.0.0.1:9/v1/embeddings")
    }
}
