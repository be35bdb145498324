-- Who comes when: fewest at the beginning and the end, half as many again in between, as over a day. Whoever comes during
-- an incident meets it.
--
-- seed; count: visits; from, until: nanoseconds since 1970.
INSERT INTO faultline_history.visits
WITH
    (SELECT groupArray((Story, toUnixTimestamp64Nano(Shows), toUnixTimestamp64Nano(Ended))) FROM faultline_history.incidents)
        AS incidents,
    (SELECT groupArray((Story, visits)) FROM (SELECT Story, max(Visit) AS visits FROM faultline_history.recorded_spans GROUP BY Story))
        AS stories,
    ({seed:UInt64}, number) AS key,
    (number + sipHash64Keyed(key, 'arrival') / pow(2, 64)) / {count:UInt64} AS place,
    {from:Int64} + toInt64(({until:Int64} - {from:Int64}) * (place + sin(2 * pi() * place) / (10 * pi()))) AS began,
    arrayFirst(incident -> incident.2 <= began AND began < incident.3, incidents).1 AS met,
    if(met = '', 'everyday', met) AS story,
    -- The sum of four uniform numbers is nearly normal. What is broken is as slow as it was: its deadlines say so.
    (sipHash64Keyed(key, 1) / pow(2, 64) + sipHash64Keyed(key, 2) / pow(2, 64)
        + sipHash64Keyed(key, 3) / pow(2, 64) + sipHash64Keyed(key, 4) / pow(2, 64) - 2) * sqrt(3) AS normal
SELECT
    number,
    fromUnixTimestamp64Nano(began, 'UTC'),
    story,
    1 + sipHash64Keyed(key, 'visit') % arrayFirst(each -> each.1 = story, stories).2,
    exp(if(story = 'everyday', 0.35, 0.02) * normal)
FROM numbers({count:UInt64})
