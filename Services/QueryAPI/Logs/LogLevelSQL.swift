/// `detected_level`: how bad a record is, by its severity's number, or else by its text, or else by the first word of the
/// line that names a level.
enum LogLevelSQL {
    static let expression: SQL = #"""
        multiIf(
            SeverityNumber > 24, 'unknown',
            SeverityNumber > 0,
            ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][toUInt8(intDiv(SeverityNumber - 1, 4) + 1)],
            transform(
                lower(if(
                    SeverityText != '',
                    toString(SeverityText),
                    extract(Body, '(?i)\\b(trace|debug|info|warn|error|critical|fatal)')
                )),
                ['trace', 'trc', 'debug', 'dbg', 'info', 'inf', 'information', 'notice', 'warn', 'wrn', 'warning',
                    'error', 'err', 'critical', 'crit', 'fatal', 'ftl', 'emerg', 'panic', 'alert'],
                ['trace', 'trace', 'debug', 'debug', 'info', 'info', 'info', 'info', 'warn', 'warn', 'warn',
                    'error', 'error', 'critical', 'critical', 'fatal', 'fatal', 'fatal', 'fatal', 'fatal'],
                'unknown'
            )
        )
        """#
}
