import Testing

@testable import QueryAPI

@Suite("Names in Prometheus")
struct PrometheusNamesTests {
    @Test(
        "of metrics have the unit and what the kind asks for",
        arguments: [
            ("http.server.request.duration", "s", MetricStream.Kind.histogram, "http_server_request_duration_seconds"),
            ("http.server.request.body.size", "By", .histogram, "http_server_request_body_size_bytes"),
            ("process.cpu.time", "s", .counter, "process_cpu_time_seconds_total"),
            ("http_requests_total", "{request}", .counter, "http_requests_total"),
            ("total.things", "1", .counter, "things_total"),
            ("system.memory.utilization", "1", .gauge, "system_memory_utilization_ratio"),
            ("already.ratio", "1", .gauge, "already_ratio"),
            ("sum.of.things", "1", .sum, "sum_of_things"),
            ("speed", "m/s", .gauge, "speed_meters_per_second"),
            ("speed.per.second", "m/s", .gauge, "speed_per_second_meters"),
            ("drops", "{packet}/s", .gauge, "drops_per_second"),
            ("latency_milliseconds", "ms", .gauge, "latency_milliseconds"),
            ("2xx.responses", "", .counter, "_2xx_responses_total"),
            ("a..b--c", "", .gauge, "a_b_c"),
            ("rule:level", "", .gauge, "rule:level"),
            ("größe", "kWh", .gauge, "gr_e_kWh"),
            ("cpu", "%", .gauge, "cpu_percent"),
        ]
    )
    func metrics(_ name: String, _ unit: String, _ kind: MetricStream.Kind, _ expected: String) {
        #expect(PrometheusNames.metric(name, unit: unit, kind: kind) == expected)
    }

    @Test(
        "of labels have one underscore for what cannot stand in them",
        arguments: [
            ("http.route", "http_route"), ("a..b", "a_b"), ("9lives", "key_9lives"), ("ä.b", "_b"), ("plain", "plain"),
        ]
    )
    func labels(_ key: String, _ expected: String) {
        #expect(PrometheusNames.label(key) == expected)
    }

    @Test("join the values of attributes that become the same label, in the order of their keys")
    func collisions() {
        #expect(PrometheusNames.labels(["a.b": "1", "a_b": "2", "c": "3"]) == ["a_b": "1;2", "c": "3"])
    }

    @Test(
        "are read from their escaped form",
        arguments: [
            ("U__http_2e_route", "http.route"), ("U__a__b", "a_b"), ("plain", "plain"), ("U__bad_zz_", "U__bad_zz_"),
        ]
    )
    func escaped(_ name: String, _ expected: String) {
        #expect(PrometheusNames.unescaped(name) == expected)
    }

    @Test("of units in metadata are words")
    func units() {
        #expect(PrometheusNames.unit("By/s") == "bytes_per_second")
        #expect(PrometheusNames.unit("{request}") == "")
        #expect(PrometheusNames.unit("s") == "seconds")
    }
}

@Suite("Labels of series")
struct SeriesLabelsTests {
    private let resource = [
        "service.name": "shop", "service.namespace": "demo", "service.instance.id": "i1", "host.name": "h",
    ]

    @Test("name job and instance, and leave out the rest of the resource unless it is promoted")
    func target() {
        let attributes = ["http.route": "/a", "job": "mine"]
        let plain = SeriesLabels().labels(resource: resource, scope: ("s", "1"), attributes: attributes)
        #expect(plain == ["job": "demo/shop", "instance": "i1", "http_route": "/a"])
        let promoting = SeriesLabels(promoted: ["host.name"], hasScope: true)
        let more = promoting.labels(resource: resource, scope: ("s", "1"), attributes: [:])
        #expect(more["host_name"] == "h" && more["otel_scope_name"] == "s" && more["otel_scope_version"] == "1")
    }

    @Test("of target_info are all of the resource, and there are none where it says nothing more")
    func targetInfo() {
        #expect(
            SeriesLabels.targetInfo(of: resource) == ["job": "demo/shop", "instance": "i1", "host_name": "h"]
        )
        #expect(SeriesLabels.targetInfo(of: ["service.name": "shop"]) == nil)
        #expect(SeriesLabels.targetInfo(of: ["host.name": "h"]) == nil)
    }
}
