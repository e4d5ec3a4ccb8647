-- Stores one message of a topic, unless it is there already, and tells every node that listens. Redis runs it as a whole.
--
-- KEYS 1 stream of the entries, with ids OFFSET-0, so that offsets have no holes
--      2 hash: e the epoch, f the offset at which it began, o the last offset, b the bytes of all entries there have ever been
--      3 hash: a producer -> "SEQUENCE OFFSET FIRST" of its last message; all its sequences from FIRST to that one were stored
--      4 sorted set: the producers by the offset of their last message
-- ARGV 1 channel, 2 producer, 3 sequence, 4 kind, 5 payload, 6 an epoch in case the topic is new,
--      7 most entries, 8 most bytes, 9 greatest age in ms, 10 most producers, 11 ms after which an unused topic goes
-- Returns {outcome, epoch, offset}; outcome is "stored", "repeat", "gone" for one that was stored and is older than the history, or "order"
-- for one of which nobody knows that it was stored although a later one of its producer was. With the last two the offset is that of the producer's last, and
-- its sequence comes fourth.

local stream, meta, last_of, recent = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local producer, sequence = ARGV[2], tonumber(ARGV[3])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local epoch = redis.call('HGET', meta, 'e')
if not epoch then
    epoch = ARGV[6]
    redis.call('DEL', stream, last_of, recent)
    redis.call('HSET', meta, 'e', epoch, 'o', 0, 'f', 0)
end

local before, run = 0, ARGV[3]
local last = redis.call('HGET', last_of, producer)
if last then
    local s, o, f = string.match(last, '^(%d+) (%d+) (%d+)$')
    before = tonumber(o)
    if sequence == tonumber(s) + 1 then run = f end
    if sequence <= tonumber(s) then
        -- Each entry knows the offset of its producer's one before, so the walk takes as many steps as there are messages to repeat.
        local at = before
        while at > 0 do
            local entry = redis.call('XRANGE', stream, at .. '-0', at .. '-0')[1]
            if not entry then return {sequence >= tonumber(f) and 'gone' or 'order', epoch, before, s} end
            local fields = entry[2]
            local stored = tonumber(fields[4])
            if stored == sequence then return {'repeat', epoch, at} end
            if stored < sequence then break end
            at = tonumber(fields[10])
        end
        return {'order', epoch, before, s}
    end
end

local offset = redis.call('HINCRBY', meta, 'o', 1)
local size = #ARGV[5] + #producer + 64
local total = redis.call('HINCRBY', meta, 'b', size)
local entries = redis.call('XLEN', stream)
redis.call('XADD', stream, offset .. '-0', 'p', producer, 's', ARGV[3], 'k', ARGV[4], 't', string.format('%.0f', now),
    'v', before, 'c', string.format('%.0f', total), 'd', ARGV[5])
redis.call('HSET', last_of, producer, ARGV[3] .. ' ' .. offset .. ' ' .. run)
redis.call('ZADD', recent, offset, producer)

-- The last entry always stays, so that a position at the end can be checked.
entries = entries + 1
if entries > tonumber(ARGV[7]) then
    entries = entries - redis.call('XTRIM', stream, 'MAXLEN', '=', ARGV[7])
end
local most_bytes, oldest = tonumber(ARGV[8]), now - tonumber(ARGV[9])
for step = 1, 64 do
    if entries <= 1 then break end
    local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][2]
    local kept = total - tonumber(first[12]) + #first[14] + #first[2] + 64
    if kept <= most_bytes and tonumber(first[8]) >= oldest then break end
    entries = entries - redis.call('XTRIM', stream, 'MAXLEN', '=', string.format('%.0f', entries - 1))
end

-- The producers that have been silent for longest are forgotten first.
local excess = redis.call('ZCARD', recent) - tonumber(ARGV[10])
if excess > 0 then
    local gone = redis.call('ZPOPMIN', recent, excess)
    for i = 1, #gone, 2 do redis.call('HDEL', last_of, gone[i]) end
end

-- Not each time: it would be written to the append-only file with each message.
if redis.call('PTTL', stream) < ARGV[11] * 0.9 then
    for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[11]) end
end
redis.call('PUBLISH', ARGV[1], table.concat({'M', epoch, offset, string.format('%.0f', now), ARGV[3], ARGV[4], #producer, ''}, ' ')
    .. producer .. ARGV[5])
return {'stored', epoch, offset}
