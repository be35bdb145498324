extension IncidentDefinition {
    private static let files: [String: (yaml: [UInt8], sql: [UInt8])] = [
        "bad_release": (PackageResources.bad_release_yaml, PackageResources.bad_release_sql),
        "cascade_failure": (PackageResources.cascade_failure_yaml, PackageResources.cascade_failure_sql),
        "duplicate_payment": (PackageResources.duplicate_payment_yaml, PackageResources.duplicate_payment_sql),
        "intermittent_error": (PackageResources.intermittent_error_yaml, PackageResources.intermittent_error_sql),
        "order_backlog": (PackageResources.order_backlog_yaml, PackageResources.order_backlog_sql),
        "payment_gateway_error": (
            PackageResources.payment_gateway_error_yaml, PackageResources.payment_gateway_error_sql
        ),
        "payment_timeout": (PackageResources.payment_timeout_yaml, PackageResources.payment_timeout_sql),
        "product_db_timeout": (PackageResources.product_db_timeout_yaml, PackageResources.product_db_timeout_sql),
        "visa_cache_full": (PackageResources.visa_cache_full_yaml, PackageResources.visa_cache_full_sql),
    ]

    /// The incidents of the shop, in alphabetical order.
    static var names: [String] { files.keys.sorted() }

    /// The queries that all incidents share, unless an incident's own file replaces them.
    static func shop() throws(QueryFileError) -> NamedQueries {
        try NamedQueries(String(decoding: PackageResources.shop_sql, as: UTF8.self))
    }

    /// The definition of an incident.
    ///
    /// - Throws: ``UnknownIncident``, or what is wrong with the definition.
    static func named(_ name: String) throws -> IncidentDefinition {
        guard let file = files[name] else { throw UnknownIncident(name: name, known: names) }
        return try IncidentDefinition(yaml: file.yaml, sql: file.sql)
    }
}

/// A run has an incident that this program does not know.
struct UnknownIncident: Error, CustomStringConvertible {
    let name: String
    let known: [String]

    var description: String {
        "no incident is called '\(name)': the known ones are \(known.joined(separator: ", "))"
    }
}
