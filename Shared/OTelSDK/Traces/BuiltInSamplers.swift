import OTLP

/// Records and exports every span.
public struct AlwaysOnSampler: Sampler {
    /// Creates the sampler.
    public init() {}
    /// The name that the specification gives it.
    public var description: String { "AlwaysOnSampler" }
    /// Records and samples.
    public func shouldSample(_ request: SamplingRequest) -> SamplingResult {
        SamplingResult(.recordAndSample, traceState: request.parent?.traceState ?? TraceState())
    }
}

/// Records nothing.
public struct AlwaysOffSampler: Sampler {
    /// Creates the sampler.
    public init() {}
    /// The name that the specification gives it.
    public var description: String { "AlwaysOffSampler" }
    /// Drops.
    public func shouldSample(_ request: SamplingRequest) -> SamplingResult {
        SamplingResult(.drop, traceState: request.parent?.traceState ?? TraceState())
    }
}

/// Records a share of all traces, by their ids, so that services with the same share decide alike.
public struct TraceIDRatioBasedSampler: Sampler {
    /// The share, from 0 to 1.
    public let ratio: Double
    private let bound: UInt64

    /// Creates the sampler.
    ///
    /// - Parameter ratio: From 0 to 1; what lies outside counts as the nearest of the two.
    public init(ratio: Double) {
        let ratio = ratio.isNaN ? 0 : min(1, max(0, ratio))
        self.ratio = ratio
        bound = ratio >= 1 ? .max : UInt64(ratio * 9_223_372_036_854_775_808)
    }

    /// The name that the specification gives it, with the share.
    public var description: String { "TraceIdRatioBased{\(ratio)}" }

    /// Compares the trace id's last 63 bits with the share.
    public func shouldSample(_ request: SamplingRequest) -> SamplingResult {
        SamplingResult(
            request.traceID.low >> 1 < bound ? .recordAndSample : .drop,
            traceState: request.parent?.traceState ?? TraceState()
        )
    }
}

/// Follows the parent's decision by default; a delegate decides for roots and for each kind of parent.
public struct ParentBasedSampler: Sampler {
    let root: any Sampler
    private let remoteParentSampled: any Sampler
    private let remoteParentNotSampled: any Sampler
    private let localParentSampled: any Sampler
    private let localParentNotSampled: any Sampler
    let hasDefaultDelegates: Bool

    /// Creates the sampler.
    ///
    /// - Parameters:
    ///   - root: Asked where there is no parent.
    ///   - remoteParentSampled: Asked when a parent in another process was sampled; always on by default.
    ///   - remoteParentNotSampled: Asked when it was not; always off by default.
    ///   - localParentSampled: Asked when a parent in this process was sampled; always on by default.
    ///   - localParentNotSampled: Asked when it was not; always off by default.
    public init(
        root: any Sampler = AlwaysOnSampler(),
        remoteParentSampled: any Sampler = AlwaysOnSampler(),
        remoteParentNotSampled: any Sampler = AlwaysOffSampler(),
        localParentSampled: any Sampler = AlwaysOnSampler(),
        localParentNotSampled: any Sampler = AlwaysOffSampler()
    ) {
        self.root = root
        self.remoteParentSampled = remoteParentSampled
        self.remoteParentNotSampled = remoteParentNotSampled
        self.localParentSampled = localParentSampled
        self.localParentNotSampled = localParentNotSampled
        hasDefaultDelegates =
            remoteParentSampled is AlwaysOnSampler && remoteParentNotSampled is AlwaysOffSampler
            && localParentSampled is AlwaysOnSampler && localParentNotSampled is AlwaysOffSampler
    }

    /// The name that the specification gives it, with what decides about roots.
    public var description: String { "ParentBased{root:\(root.description)}" }

    /// Asks the delegate that fits the parent.
    public func shouldSample(_ request: SamplingRequest) -> SamplingResult {
        guard let parent = request.parent, parent.isValid else { return root.shouldSample(request) }
        return switch (parent.isRemote, parent.isSampled) {
        case (true, true): remoteParentSampled.shouldSample(request)
        case (true, false): remoteParentNotSampled.shouldSample(request)
        case (false, true): localParentSampled.shouldSample(request)
        case (false, false): localParentNotSampled.shouldSample(request)
        }
    }
}

/// Records every span for the processors, and exports those that another sampler chooses.
public struct AlwaysRecordSampler: Sampler {
    private let root: any Sampler

    /// Creates the sampler around the one that decides what is exported.
    public init(root: any Sampler) {
        self.root = root
    }

    /// The name that the specification gives it, with what decides about export.
    public var description: String { "AlwaysRecord{\(root.description)}" }

    /// The other sampler's answer, with `drop` made into `recordOnly`.
    public func shouldSample(_ request: SamplingRequest) -> SamplingResult {
        var result = root.shouldSample(request)
        if result.decision == .drop { result.decision = .recordOnly }
        return result
    }
}
