/// How much a series changed over a whole window of which it has samples only of a part.
enum Extrapolation {
    /// The change from the first sample to the last, stretched to the edges of the window that are near enough.
    ///
    /// A counter's change counts what came after each reset, and is not stretched to where the counter was below 0.
    static func change(in window: RangeWindow, isCounter: Bool) -> Double? {
        guard window.count > 1 else { return nil }
        var change = window.last - window.first
        if isCounter {
            for index in 1..<window.count where window.values[index] < window.values[index - 1] {
                change += window.values[index - 1]
            }
        }
        let sampled = window.sampledSeconds
        let spacing = sampled / (window.measurements - 1)
        var before = Double(window.timestamps[0] - window.start) / 1000
        var after = Double(window.end - window.timestamps[window.count - 1]) / 1000
        // Farther than the next sample would be: the series began or ended in the window.
        let farthest = spacing * 1.1
        if before >= farthest { before = spacing / 2 }
        if after >= farthest { after = spacing / 2 }
        if isCounter, change > 0, window.first >= 0 {
            before = min(before, sampled * (window.first / change))
        }
        return change * ((sampled + before + after) / sampled)
    }
}
