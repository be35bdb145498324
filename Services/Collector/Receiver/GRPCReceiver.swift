import Deadlines
import GRPC
import HTTPCore
import HTTPTypes
import OTLP

/// Takes OTLP/gRPC: the three unary methods `Export` (OTLP specification, OTLP/gRPC; gRPC over HTTP/2).
struct GRPCReceiver: Sendable {
    /// What `grpc-encoding` may say.
    private static let codings = "identity,gzip,deflate,zstd"

    let intakes: Intakes

    /// Adds the three methods.
    func addRoutes(to router: inout Router) {
        router.use(GRPCAnswers())
        router.post("/opentelemetry.proto.collector.trace.v1.TraceService/Export") { request, _ in
            await receive(request, intakes.spans, ExportTraceServiceResponse.init(rejections:))
        }
        router.post("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export") { request, _ in
            await receive(request, intakes.metrics, ExportMetricsServiceResponse.init(rejections:))
        }
        router.post("/opentelemetry.proto.collector.logs.v1.LogsService/Export") { request, _ in
            await receive(request, intakes.logs, ExportLogsServiceResponse.init(rejections:))
        }
    }

    private func receive<Kind: Telemetry>(
        _ request: Request,
        _ intake: Intake<Kind>,
        _ answer: @Sendable (Rejections) -> some OTLPBody
    ) async -> Response {
        let type = request.head.headerFields[.contentType]?.lowercased() ?? ""
        guard GRPCAnswers.isCall(request) else {
            return Response(status: .unsupportedMediaType, body: .text("Calls have the type application/grpc.\n"))
        }
        do throws(Refusal) {
            guard ["application/grpc", "application/grpc+proto"].contains(type.prefix { $0 != ";" && $0 != " " }) else {
                throw .unsupportedMediaType(type)
            }
            let rejections = try await withinTimeout(of: request) { () async throws(Refusal) in
                try await take(request, intake)
            }
            return Self.response(answer(rejections))
        } catch {
            intake.refusedRequest(error)
            var response = GRPCFailure(error).response
            if case .unsupportedContentEncoding = error {
                response.head.headerFields[.grpcAcceptEncoding] = Self.codings
            }
            return response
        }
    }

    /// Runs a call under the time that its client gives it; all that waits on its behalf reads that.
    private func withinTimeout<Result: Sendable>(
        of request: Request,
        _ call: () async throws(Refusal) -> Result
    ) async throws(Refusal) -> Result {
        guard let field = request.head.headerFields[.grpcTimeout] else { return try await call() }
        guard let timeout = GRPCTimeout.duration(field) else {
            throw .undecodable("The field grpc-timeout is malformed.")
        }
        do {
            return try await Deadline.after(timeout).enforce(call)
        } catch let refusal as Refusal {
            throw refusal
        } catch {
            throw .interrupted("\(error)")
        }
    }

    private func take<Kind: Telemetry>(
        _ request: Request,
        _ intake: Intake<Kind>
    ) async throws(Refusal) -> Rejections {
        let fields = request.head.headerFields
        guard let coding = ContentCoding(fields[.grpcEncoding]) else {
            throw .unsupportedContentEncoding(fields[.grpcEncoding] ?? "")
        }
        try intake.admit(fields[.contentLength].flatMap { Int($0) })
        var reservation = Reservation(in: intake.budget)
        let frame = try await read(request.body, upTo: intake.maximumRequestBytes, &reservation)
        guard !frame.isCompressed || coding != .identity else { throw .compressedWithoutCoding }
        // The client has given up, and will send it again.
        if Deadline.current?.hasPassed == true { throw .late }
        let body = Intake<Kind>.Body(
            bytes: frame.message,
            coding: frame.isCompressed ? coding : .identity,
            encoding: .protobuf
        )
        return try await intake.take(body, &reservation)
    }

    /// The message as it is sent, within the limit and the budget.
    private func read(
        _ body: RequestBody,
        upTo limit: Int,
        _ reservation: inout Reservation
    ) async throws(Refusal) -> GRPCFrame {
        var decoder = GRPCFrameDecoder(maximumBytes: limit)
        do {
            for try await piece in body {
                try decoder.append(piece)
                try reservation.grow(to: decoder.length ?? 0)
            }
            return try decoder.finish()
        } catch GRPCFrameError.tooLarge {
            throw .tooLarge(limit: limit)
        } catch let error as GRPCFrameError {
            throw .undecodable(error.description)
        } catch let error as BudgetError {
            throw Refusal(error)
        } catch {
            throw .interrupted("The message could not be read: \(error)")
        }
    }

    private static func response(_ message: some OTLPBody) -> Response {
        let frame = GRPCFrame(message.encodeProtobuf()).bytes
        return Response(
            status: .ok,
            headers: [.contentType: "application/grpc"],
            body: .stream { writer in
                try await writer.write(frame)
                try writer.setTrailers([.grpcStatus: "0"])
            }
        )
    }
}
