import OTLP
import Synchronization
public import Tracing

extension OTelSpan {
    /// The attributes as the tracing API has them. Assigning a whole set replaces what was set before, but for the
    /// attributes that the span started with: those of the start, of the sampler and of processors' `onStart` stay unless
    /// the new set has another value for them. Setting one is cheaper by ``setAttribute(_:_:)``, which neither
    /// builds a dictionary nor loses what another thread sets at the same time.
    public var attributes: SpanAttributes {
        get { recording?.state.withLock { $0.attributes.spanAttributes } ?? [:] }
        nonmutating set {
            guard let recording else { return }
            recording.state.withLock { state in
                guard !state.hasEnded else { return }
                state.attributes.replace(with: newValue, within: recording.pipeline.limits.attributes)
            }
        }
    }

    /// Changes the attributes. What the closure sets is merged in; what it takes out is taken out.
    public func updateAttributes(_ update: (inout SpanAttributes) -> Void) {
        guard let recording else { return }
        let (before, revision) = recording.state.withLock { ($0.attributes.spanAttributes, $0.attributes.revision) }
        var after = before
        update(&after)
        recording.state.withLock { state in
            guard !state.hasEnded else { return }
            let limits = recording.pipeline.limits.attributes
            state.attributes.change(from: before, at: revision, to: after, within: limits)
        }
    }

    /// Sets the status, as ``setStatus(_:description:)`` does.
    public func setStatus(_ status: Tracing.SpanStatus) {
        setStatus(status.code == .ok ? .ok : .error, description: status.message ?? "")
    }

    /// Adds an event.
    public func addEvent(_ event: Tracing.SpanEvent) {
        addEvent(
            named: event.name,
            attributes: event.attributes.keyValues,
            time: event.nanosecondsSinceEpoch
        )
    }

    /// Adds a link to the span that a context belongs to; none is added when it belongs to no span.
    public func addLink(_ link: Tracing.SpanLink) {
        guard let other = link.context.spanContext else { return }
        addLink(Link(other, attributes: link.attributes.keyValues))
    }

    /// Records an error, as ``recordException(_:attributes:time:)`` does.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        guard let recording else { return }
        recordException(error, attributes: attributes.keyValues, time: recording.time(of: instant()))
    }

    /// Ends the span; only the first time counts.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let recording else { return }
        recording.end(at: recording.time(of: instant()))
    }
}
