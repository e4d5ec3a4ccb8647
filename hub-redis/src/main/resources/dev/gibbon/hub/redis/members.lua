-- Keeps who is present in a topic. Every run first lets those go whose time is over, and tells everybody.
--
-- KEYS 1 sorted set: the members by the time they expire, 2 hash: member -> what it told of itself
-- ARGV 1 channel, 2 "enter", "leave", "list" or "sweep", 3 ms until who enters expires, then for "enter" member and information in turn, for "leave"
--      members
-- Returns, for "list", member and information in turn; for "sweep" something if there may be more to let go; else nothing. To enter again
-- renews.

local expiries, infos = KEYS[1], KEYS[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function left(member)
    redis.call('ZREM', expiries, member)
    redis.call('HDEL', infos, member)
    redis.call('PUBLISH', ARGV[1], 'L ' .. #member .. ' ' .. member)
end

-- Not more at a time: nobody else is served meanwhile.
local over = redis.call('ZRANGEBYSCORE', expiries, '-inf', string.format('%.0f', now), 'LIMIT', 0, 1000)
for _, member in ipairs(over) do left(member) end

if ARGV[2] == 'enter' then
    local until_ms = string.format('%.0f', now + ARGV[3])
    for i = 4, #ARGV, 2 do
        -- Who is over and was not let go above is not listed, so others are told again.
        local over_yet = #over == 1000 and tonumber(redis.call('ZSCORE', expiries, ARGV[i]) or 0) <= now
        redis.call('ZADD', expiries, until_ms, ARGV[i])
        if over_yet or redis.call('HGET', infos, ARGV[i]) ~= ARGV[i + 1] then
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
    if #over < 1000 then return redis.call('HGETALL', infos) end
    local answer = {}
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', expiries, string.format('(%.0f', now), '+inf')) do
        answer[#answer + 1] = member
        answer[#answer + 1] = redis.call('HGET', infos, member)
    end
    return answer
elseif ARGV[2] == 'sweep' and #over == 1000 then
    return {1}
end
return {}
