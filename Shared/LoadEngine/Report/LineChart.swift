import Glibc

/// Lines over a horizontal axis, as SVG that belongs to the page it stands in.
struct LineChart {
    /// One line.
    struct Line {
        let name: String
        /// Which of the page's colours, from 1 to 4.
        let style: Int
        let points: [(x: Double, y: Double)]
    }

    let title: String
    let lines: [Line]
    /// Where the horizontal axis is marked.
    let xTicks: [(x: Double, label: String)]
    let yUnit: String

    private static let width = 960.0
    private static let height = 260.0
    private static let left = 64.0
    private static let right = 16.0
    private static let top = 10.0
    private static let bottom = 26.0

    /// The figure with its caption and key.
    var svg: String {
        let highest = lines.flatMap { $0.points.map(\.y) }.max() ?? 0
        let yStep = Self.roundStep(highest / 4)
        let yEnd = max(yStep * (highest / yStep).rounded(.up), yStep)
        let farthest = max(lines.flatMap { $0.points.map(\.x) }.max() ?? 1, 1e-9)
        // As far as the points go, and to the next mark where there is one.
        let xEnd = xTicks.first { $0.x >= farthest }?.x ?? farthest
        var marks: [String] = []
        for index in 0...Int((yEnd / yStep).rounded()) {
            let value = Double(index) * yStep
            let y = Self.number(Self.y(value, yEnd))
            marks.append(
                "<line class=\"grid\" x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(y)\" y2=\"\(y)\"/>"
                    + "<text x=\"\(Self.left - 8)\" y=\"\(y)\" text-anchor=\"end\" dominant-baseline=\"middle\">"
                    + "\(SummaryTable.short(value))\(yUnit.isEmpty ? "" : " \(yUnit)")</text>"
            )
        }
        for tick in xTicks where tick.x <= xEnd {
            marks.append(
                "<text x=\"\(Self.number(Self.x(tick.x, xEnd)))\" y=\"\(Self.height - 6)\" "
                    + "text-anchor=\"\(tick.x == xEnd ? "end" : "middle")\">"
                    + "\(escaped(tick.label))</text>"
            )
        }
        for line in lines where !line.points.isEmpty {
            let points = line.points.map {
                "\(Self.number(Self.x($0.x, xEnd))),\(Self.number(Self.y($0.y, yEnd)))"
            }
            marks.append("<polyline class=\"s\(line.style)\" points=\"\(points.joined(separator: " "))\"/>")
        }
        let keys = lines.map { "<span class=\"k k\($0.style)\"></span>\(escaped($0.name))" }.joined()
        return """
            <figure><figcaption>\(escaped(title))<span class="keys">\(keys)</span></figcaption>
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(escaped(title))">
            \(marks.joined(separator: "\n"))
            </svg></figure>
            """
    }

    /// About six round marks from 0 on.
    static func ticks(to end: Double, unit: String) -> [(x: Double, label: String)] {
        let step = max(1, roundStep(end / 6))
        return (0...Int(end / step)).map { (Double($0) * step, "\(SummaryTable.short(Double($0) * step)) \(unit)") }
    }

    /// How many nines a percentile has: 0 for none, 1 for 90 %, 2 for 99 %.
    static func nines(_ percentile: Double) -> Double { -log10(1 - percentile / 100) }

    /// 1, 2 or 5 times a power of ten, at least as large.
    private static func roundStep(_ step: Double) -> Double {
        guard step > 0 else { return 1 }
        let power = pow(10, floor(log10(step)))
        return ([1, 2, 5, 10].first { $0 * power >= step } ?? 10) * power
    }

    private static func x(_ value: Double, _ end: Double) -> Double {
        left + value / end * (width - left - right)
    }

    private static func y(_ value: Double, _ end: Double) -> Double {
        height - bottom - value / end * (height - top - bottom)
    }

    private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
