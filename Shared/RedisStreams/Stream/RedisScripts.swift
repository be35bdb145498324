/// What Redis does in one step, with nobody in between: scripts in its own Lua.
///
/// A stream's partition is a Redis stream of its own. What a group has taken and not acknowledged is pending in Redis, one
/// message of a partition at most: that keeps their order, whoever reads.
enum RedisScripts {
    /// How many messages of a partition the group that is furthest behind has still to process.
    ///
    /// Redis counts those that were not handed out yet; it does not know the number after messages were deleted by hand,
    /// and then they are counted one by one.
    private static let behind = """
        local function behind(stream, only, limit)
            if redis.call('EXISTS', stream) == 0 then return 0 end
            local groups = redis.call('XINFO', 'GROUPS', stream)
            if #groups == 0 then return redis.call('XLEN', stream) end
            local most = 0
            for _, fields in ipairs(groups) do
                local group = {}
                for i = 1, #fields, 2 do group[fields[i]] = fields[i + 1] end
                if not only or group['name'] == only then
                    local lag = group['lag'] or #redis.call(
                        'XRANGE', stream, '(' .. group['last-delivered-id'], '+', 'COUNT', limit)
                    most = math.max(most, lag + group['pending'])
                end
            end
            return most
        end

        """

    /// Puts a message in, unless it is there already.
    ///
    /// KEYS: stream, what remembers the message. ARGV: how far a group may be behind, length of the stream, how long the
    /// message is remembered in milliseconds, then fields and values. Gives the entry's id.
    static let append =
        behind + """
            local known = redis.call('GET', KEYS[2])
            if known then return known end
            if behind(KEYS[1], nil, ARGV[1]) >= tonumber(ARGV[1]) then
                return redis.error_reply('-STREAMFULL consumers are behind')
            end
            local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 4))
            redis.call('SET', KEYS[2], id, 'PX', ARGV[3])
            return id
            """

    /// Hands out the oldest message that the group has still to process.
    ///
    /// KEYS: stream. ARGV: group, consumer, after how many milliseconds a message of another consumer is taken over, the
    /// most bytes that are handed out. Gives `message`, attempt, id, fields; or `taken` and for how long nobody has
    /// touched it; or `none` and the id of the last entry.
    static let next = """
        local function message(attempt, entry)
            local size = 0
            for _, text in ipairs(entry[2]) do size = size + #text end
            return {'message', attempt, entry[1], size <= tonumber(ARGV[4]) and entry[2] or {}}
        end
        while true do
            local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1)[1]
            if not pending then break end
            local id, owner, idle, attempt = unpack(pending)
            if owner ~= ARGV[2] and idle < tonumber(ARGV[3]) then return {'taken', idle} end
            redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID')
            local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
            if entry then return message(attempt, entry) end
            redis.call('XACK', KEYS[1], ARGV[1], id)
        end
        local read = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', 1, 'STREAMS', KEYS[1], '>')
        if read then return message(1, read[1][2][1]) end
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
        return {'none', last and last[1] or '0-0'}
        """

    /// Puts a message aside and goes on. The message never leaves Redis, so that its size does not matter.
    ///
    /// KEYS: stream, dead letters. ARGV: group, id, the most dead letters, then fields and values that say why. Gives how
    /// many dead letters had to go.
    static let bury = """
        if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1) == 0 then return 0 end
        local letter = {unpack(ARGV, 4)}
        local entry = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
        local fields = entry and #entry[2] <= 1000 and entry[2] or {}
        for _, text in ipairs(fields) do letter[#letter + 1] = text end
        local before = redis.call('XLEN', KEYS[2])
        redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[3], '*', unpack(letter))
        redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
        return before + 1 - redis.call('XLEN', KEYS[2])
        """

    /// How many messages a group has still to process.
    ///
    /// KEYS: streams. ARGV: group, the most that are counted one by one. Gives a number a stream.
    static let lag =
        behind + """
            local lags = {}
            for i, stream in ipairs(KEYS) do lags[i] = behind(stream, ARGV[1], ARGV[2]) end
            return lags
            """
}
