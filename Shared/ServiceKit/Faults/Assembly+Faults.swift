import HTTPCore

extension Assembly {
    /// Opens the control listener for this service's weaknesses, if `ADMIN_TOKEN` is set; without it there is none.
    ///
    /// It listens on `ADMIN_HOST` (127.0.0.1 by default) and the port of the given variable.
    ///
    /// - Throws: ``SettingError`` for a token of less than 16 bytes, or a port that cannot be used.
    public mutating func exposeFaults(
        _ weaknesses: [Weakness],
        port: (variable: String, default: Int)
    ) throws {
        guard let text = settings.string("ADMIN_TOKEN") else { return }
        guard let token = BearerToken(text) else {
            throw SettingError(variable: "ADMIN_TOKEN", value: nil, allowed: "at least 16 bytes, or leave it unset")
        }
        var configuration = HTTPServer.Configuration()
        configuration.host = settings.string("ADMIN_HOST", default: "127.0.0.1")
        configuration.port = try settings.port(port.variable, default: port.default)
        configuration.shutdownGracePeriod = StopBudget.control
        let control = FaultControl(weaknesses: weaknesses, token: token)
        do {
            add(try HTTPServer(configuration: configuration, responder: control.router()))
        } catch ServerError.addressInUse {
            throw SettingError(
                variable: port.variable,
                value: String(configuration.port),
                allowed: "a port that nothing else listens on"
            )
        }
    }
}
