/// A handler with the template that it stands for.
final class Route: Sendable {
    let template: String?
    let parameters: [String]
    let handler: Handler

    init(template: String?, handler: @escaping Handler) {
        self.template = template
        self.handler = handler
        parameters = RouteNode.segments(template ?? "").compactMap { RouteNode.Segment($0).name }
    }
}
