import Glibc
import OTLP
import OTelSDK
import Testing

@Suite("Exponential histograms")
struct ExponentialHistogramTests {
    private func point(_ values: [Double], size: Int = 160, scale: Int = 20) async -> ExponentialHistogramDataPoint? {
        let fixture = MetricFixture(
            views: [
                View(.init(name: "*"), aggregation: .exponentialHistogram(maximumSize: size, maximumScale: scale))
            ]
        )
        let histogram = fixture.meter.histogram("h")
        for value in values { histogram.record(value) }
        return await fixture.collect()["h"]?.exponential
    }

    /// Counts the values in a bucket by the definition of its bounds.
    private func count(_ values: [Double], _ index: Int, _ scale: Int32) -> Int {
        let base = pow(2, pow(2, -Double(scale)))
        let (low, high) = (pow(base, Double(index)), pow(base, Double(index + 1)))
        return values.count { $0 > low * (1 - 1e-12) && $0 <= high * (1 + 1e-12) }
    }

    @Test("put every value into the bucket that the definition says")
    func definition() async throws {
        var generator = SystemRandomNumberGenerator()
        for size in [4, 20, 160] {
            let values = (0..<500).map { _ in pow(10, Double.random(in: -3...5, using: &generator)) }
            let point = try #require(await point(values, size: size))
            let positive = try #require(point.positive)
            #expect(positive.bucketCounts.count <= size)
            #expect(positive.bucketCounts.reduce(0, +) == 500)
            for (place, bucket) in positive.bucketCounts.enumerated() {
                #expect(Int(bucket) == count(values, Int(positive.offset) + place, point.scale))
            }
        }
    }

    @Test("know zero, negative values, powers of two, and what no bucket can hold")
    func edges() async throws {
        let point = try #require(await point([0, 0, -1, -4, 1, 2, 4, .infinity, .nan], scale: 0))
        #expect(point.count == 7 && point.zeroCount == 2)
        #expect(point.sum == 2 && point.min == -4 && point.max == 4)
        #expect(point.scale == 0)
        #expect(point.positive?.offset == -1, "upper bounds are inclusive")
        #expect(point.positive?.bucketCounts == [1, 1, 1])
        #expect(point.negative?.offset == -1 && point.negative?.bucketCounts == [1, 0, 1])
    }

    @Test("lower their scale for the whole range of doubles, subnormal ones too")
    func range() async throws {
        let point = try #require(
            await point([.leastNonzeroMagnitude, .leastNormalMagnitude, 1, .greatestFiniteMagnitude], size: 2)
        )
        #expect(point.scale == -10)
        #expect(point.positive?.bucketCounts.reduce(0, +) == 4)
        #expect(point.positive.map { $0.bucketCounts.count <= 2 } == true)
    }

    @Test("keep the finest scale for values that are alike")
    func fine() async throws {
        let point = try #require(await point([1.5, 1.5, 1.5]))
        #expect(point.scale == 20)
        #expect(point.positive?.bucketCounts == [3])
    }
}
