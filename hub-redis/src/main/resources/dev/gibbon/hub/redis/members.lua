-- Keeps who is present in a topic. Every run first lets those go whose time is over, and tells everybody.
--
-- KEYS 1 sorted set: the members by the time they expire, 2 hash: member -> what it told of itself
-- ARGV 1 channel, 2 "enter", "leave", "list" or "sweep", 3 ms until who enters expires, then for "enter" member and information in turn, for "leave"
--      members
-- Returns, for "list", member and information in turn; else nothing. To enter again renews.

local expiries, infos = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function left(member)
    redis.call('ZREM', expiries, member)
    redis.call('HDEL', infos, member)
    redis.call('PUBLISH', ARGV[1], 'L ' .. #member .. ' ' .. member)
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', expiries, '-inf', string.format('%.0f', now), 'LIMIT', 0, 1000)) do
    left(member)
end

if ARGV[2] == 'enter' then
    local until_ms = string.format('%.0f', now + ARGV[3])
    for i = 4, #ARGV, 2 do
        redis.call('ZADD', expiries, until_ms, ARGV[i])
        if redis.call('HGET', infos, ARGV[i]) ~= ARGV[i + 1] then
            redis.call('HSET', infos, ARGV[i], ARGV[i + 1])
            redis.call('PUBLISH', ARGV[1], 'J ' .. #ARGV[i] .. ' ' .. ARGV[i] .. ARGV[i + 1])
        end
    end
    -- Longer than any member, so that those who listen are told of the last one, too.
    local keep = math.max(60000, ARGV[3] * 10)
    for i = 1, 2 do
        if redis.call('PTTL', KEYS[i]) < keep then redis.call('PEXPIRE', KEYS[i], string.format('%.0f', keep)) end
    end
elseif ARGV[2] == 'leave' then
    for i = 4, #ARGV do
        if redis.call('ZSCORE', expiries, ARGV[i]) then left(ARGV[i]) end
    end
elseif ARGV[2] == 'list' then
    return redis.call('HGETALL', infos)
end
return {}
