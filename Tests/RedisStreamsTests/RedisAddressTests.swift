import ServiceKit
import Testing

@testable import RedisStreams

@Suite("The address of a Redis")
struct RedisAddressTests {
    @Test("names host, port, database and who asks")
    func parts() throws {
        let full = try #require(RedisAddress("redis://shop:p%40ss%2Fw@redis.internal:6380/3"))
        #expect(full.host == "redis.internal" && full.port == 6380 && full.database == 3)
        #expect(full.user == "shop" && full.password == "p@ss/w")
        let plain = try #require(RedisAddress("redis://127.0.0.1"))
        #expect(plain.port == 6379 && plain.database == 0 && plain.user == nil && plain.password == nil)
        let old = try #require(RedisAddress("redis://:secret@[::1]/1"))
        #expect(old.host == "::1" && old.port == 6379 && old.user == nil && old.password == "secret")
        #expect(old.authority == "[::1]:6379")
        #expect(RedisAddress("redis://[::1]:7000")?.port == 7000)
    }

    @Test(
        "is refused when it is none",
        arguments: [
            "", "redis://", "127.0.0.1:6379", "http://h", "rediss://h", "redis://h:0", "redis://h:x", "redis://h/x",
            "redis://h/-1", "redis://user@h", "redis://user:@h", "redis://:%zz@h", "redis://h/1?x=y",
        ]
    )
    func refused(text: String) {
        #expect(RedisAddress(text) == nil)
    }

    @Test("shows no password, however it is written, and none when it cannot be used")
    func secret() throws {
        let address = try #require(RedisAddress("redis://shop:hunter2@h:1/2"))
        var dumped = ""
        dump([address as RedisAddress?], to: &dumped)
        for text in ["\(address)", String(reflecting: address), "\([address])", dumped] {
            #expect(text.contains("redis://h:1/2") && !text.contains("hunter2"))
        }
        let settings = Settings(environment: ["MESSAGE_STREAM_URL": "rediss://:hunter2@h"])
        let error = #expect(throws: SettingError.self) { try settings.redis("MESSAGE_STREAM_URL") }
        #expect(error?.description.contains("MESSAGE_STREAM_URL") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
