/// The functions that read a part of a date from a time in seconds, in UTC.
enum CalendarPart: String {
    case minute, hour, month, year
    case dayOfMonth = "day_of_month"
    case dayOfWeek = "day_of_week"
    case dayOfYear = "day_of_year"
    case daysInMonth = "days_in_month"

    /// NaN for what is no time, or one farther from now than the age of the universe.
    func value(of seconds: Double) -> Double {
        guard seconds.magnitude < 1e18 else { return .nan }
        // Parts of a second are cut off, toward the epoch.
        let whole = Int64(seconds)
        let days = (whole - (whole % 86_400 + 86_400) % 86_400) / 86_400
        let secondOfDay = whole - days * 86_400
        switch self {
        case .minute: return Double(secondOfDay / 60 % 60)
        case .hour: return Double(secondOfDay / 3600)
        // The epoch was a Thursday.
        case .dayOfWeek: return Double(((days + 4) % 7 + 7) % 7)
        case .dayOfMonth: return Double(CivilDate(daysSinceEpoch: days).day)
        case .month: return Double(CivilDate(daysSinceEpoch: days).month)
        case .year: return Double(CivilDate(daysSinceEpoch: days).year)
        case .dayOfYear:
            let date = CivilDate(daysSinceEpoch: days)
            return Double(days - CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch + 1)
        case .daysInMonth:
            let date = CivilDate(daysSinceEpoch: days)
            let next = CivilDate(year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
            return Double(next.daysSinceEpoch - CivilDate(year: date.year, month: date.month, day: 1).daysSinceEpoch)
        }
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last one, in eras of 400 years, which are all alike.
struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    private static let daysOfEra: Int64 = 146_097
    /// From the first of March of the year 0 to the epoch.
    private static let daysToEpoch: Int64 = 719_468

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSinceEpoch: Int64) {
        let days = daysSinceEpoch + Self.daysToEpoch
        let era = (days >= 0 ? days : days - Self.daysOfEra + 1) / Self.daysOfEra
        let dayOfEra = days - era * Self.daysOfEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSinceEpoch: Int64 {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * Self.daysOfEra + dayOfEra - Self.daysToEpoch
    }
}

extension Evaluation {
    /// The part of the dates that a vector holds, or of the time of the evaluation.
    func evaluate(_ part: CalendarPart, of vector: Expression?, on grid: StepGrid, _ emit: SeriesSink) async throws {
        if let vector {
            return try await map(vector, on: grid, emit) { value, _ in part.value(of: value) }
        }
        let values = (0..<grid.count).map { part.value(of: Double(grid.time($0)) / 1000) }
        try emit(StepSeries(labels: Labels(), values: values))
    }
}
