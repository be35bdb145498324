/// Calls from one service to another as a part of statements.
///
/// A call's client span and its server spans come by different inserts, and until the engine has merged their rows they are
/// rows of their own. Nearly all are merged: those have a caller, and need not be grouped with millions of others. A row
/// without one gets it from the row that has.
enum ServiceCallSQL {
    /// The served calls in `from` through `through`, milliseconds since the epoch, with the columns `caller`, `server`,
    /// `time`, `duration` (nanoseconds) and `failed` (0 or 1); those that are not named are not read.
    static let calls: SQL = """
        (
            SELECT caller, server, time, duration, failed
            FROM
            (
                SELECT toString(Caller) AS caller, server, time, duration, failed
                FROM otel_traces_rollup_calls
                ARRAY JOIN
                    Served.ServiceName AS server, Served.Time AS time, Served.Duration AS duration, Served.IsError AS failed
                WHERE Caller != '' AND Hour >= toStartOfHour(toDateTime(greatest(intDiv({from:Int64}, 1000) - 60, 0), 'UTC'))
                  AND Hour <= toDateTime(intDiv({through:Int64}, 1000), 'UTC')
                UNION ALL
                SELECT callers.caller AS caller, server, time, duration, failed
                FROM
                (
                    SELECT Call, server, time, duration, failed
                    FROM otel_traces_rollup_calls
                    ARRAY JOIN
                        Served.ServiceName AS server, Served.Time AS time, Served.Duration AS duration,
                        Served.IsError AS failed
                    WHERE Caller = ''
                      AND Hour >= toStartOfHour(toDateTime(greatest(intDiv({from:Int64}, 1000) - 60, 0), 'UTC'))
                      AND Hour <= toDateTime(intDiv({through:Int64}, 1000), 'UTC')
                ) AS served
                INNER JOIN
                (
                    SELECT Call, toString(max(Caller)) AS caller
                    FROM otel_traces_rollup_calls
                    WHERE Caller != ''
                      AND Hour >= toStartOfHour(toDateTime(greatest(intDiv({from:Int64}, 1000) - 60, 0), 'UTC'))
                      AND Hour <= toDateTime(intDiv({through:Int64}, 1000), 'UTC')
                      AND Call IN
                      (
                          SELECT Call
                          FROM otel_traces_rollup_calls
                          WHERE Caller = '' AND notEmpty(Served.Time)
                            AND Hour >= toStartOfHour(toDateTime(greatest(intDiv({from:Int64}, 1000) - 60, 0), 'UTC'))
                            AND Hour <= toDateTime(intDiv({through:Int64}, 1000), 'UTC')
                      )
                    GROUP BY Call
                ) AS callers ON callers.Call = served.Call
            )
            WHERE caller != server AND time BETWEEN toDateTime(intDiv({from:Int64} + 999, 1000), 'UTC')
              AND toDateTime(intDiv({through:Int64}, 1000), 'UTC')
        )
        """
}
