/// Changes how the measurements of selected instruments are aggregated (OpenTelemetry specification, Metrics SDK,
/// View).
public struct View: Sendable {
    /// Which instruments. Every criterion that is given must hold.
    public struct Selector: Sendable, Hashable {
        /// The instrument's name; `*` stands for any number of characters and `?` for one, so `*` alone for all names.
        public var name: String?
        /// The instrument's kind.
        public var kind: InstrumentKind?
        /// The instrument's unit.
        public var unit: String?
        /// The name of the meter.
        public var meterName: String?
        /// The version of the meter.
        public var meterVersion: String?
        /// The schema URL of the meter.
        public var meterSchemaURL: String?

        /// Creates a selector.
        public init(
            name: String? = nil,
            kind: InstrumentKind? = nil,
            unit: String? = nil,
            meterName: String? = nil,
            meterVersion: String? = nil,
            meterSchemaURL: String? = nil
        ) {
            self.name = name
            self.kind = kind
            self.unit = unit
            self.meterName = meterName
            self.meterVersion = meterVersion
            self.meterSchemaURL = meterSchemaURL
        }

        func selects(_ instrument: InstrumentDescriptor, of scope: Scope) -> Bool {
            (name.map { Wildcard($0.lowercased()).matches(instrument.name.lowercased()) } ?? true)
                && (kind.map { $0 == instrument.kind } ?? true) && (unit.map { $0 == instrument.unit } ?? true)
                && (meterName.map { $0 == scope.name } ?? true)
                && (meterVersion.map { $0 == scope.version } ?? true)
                && (meterSchemaURL.map { $0 == scope.schemaURL } ?? true)
        }
    }

    /// Which instruments it is for.
    public var selector: Selector
    /// The stream's name, in place of the instrument's.
    public var name: String?
    /// The stream's description, in place of the instrument's.
    public var description: String?
    /// The only attribute keys to keep; `*` stands for any number of characters and `?` for one.
    public var attributeKeys: Set<String>?
    /// Attribute keys to leave out, also of those to keep; with the same two signs.
    public var excludedAttributeKeys: Set<String>
    /// How measurements become points.
    public var aggregation: Aggregation?
    /// How many series the stream may have.
    public var cardinalityLimit: Int?
    /// Makes the reservoir of each series' exemplars.
    public var exemplarReservoir: (@Sendable () -> any ExemplarReservoir)?

    /// Creates a view. What is not given stays as the instrument says.
    public init(
        _ selector: Selector,
        name: String? = nil,
        description: String? = nil,
        attributeKeys: Set<String>? = nil,
        excludedAttributeKeys: Set<String> = [],
        aggregation: Aggregation? = nil,
        cardinalityLimit: Int? = nil,
        exemplarReservoir: (@Sendable () -> any ExemplarReservoir)? = nil
    ) {
        self.selector = selector
        self.name = name
        self.description = description
        self.attributeKeys = attributeKeys
        self.excludedAttributeKeys = excludedAttributeKeys
        self.aggregation = aggregation
        self.cardinalityLimit = cardinalityLimit
        self.exemplarReservoir = exemplarReservoir
    }
}
