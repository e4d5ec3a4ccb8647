-- Reads what is behind a position, all at one moment. The topic gets its epoch here if it has none.
--
-- KEYS 1 stream, 2 hash with epoch and last offset, 3 and 4 what belongs to the producers, see publish.lua
-- ARGV 1 channel, 2 epoch of the position, or "" for the oldest entry there is, 3 its offset, 4 and 5 producer and sequence of the entry
--      there ("" and -1 if its offset is 0 or they are not known), 6 most entries, 7 most bytes, 8 a new epoch, 9 ms after which an
--      unused topic goes, 10 "1" if the caller has seen the position itself, so that it proves which entries there have been
-- Returns {outcome, epoch, offset at which the epoch began, first offset, last offset, producer of the last entry, its sequence, entries...};
-- outcome is "ok", or "epoch" for another epoch, "trimmed", "back" if the engine went back to a time before the position, or "differs".

local stream, meta = KEYS[1], KEYS[2]
local epoch, last, began = unpack(redis.call('HMGET', meta, 'e', 'o', 'f'))
if not epoch then
    epoch, last, began = ARGV[8], 0, 0
    redis.call('DEL', stream, KEYS[3], KEYS[4])
    redis.call('HSET', meta, 'e', epoch, 'o', 0, 'f', 0)
end
last, began = tonumber(last), tonumber(began)
if redis.call('PTTL', meta) < ARGV[9] * 0.9 then
    for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ARGV[9]) end
end

local head = {producer = '', sequence = '-1'}
local entries = redis.call('XLEN', stream)
local first = last - entries + 1
if entries > 0 then
    local fields = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1][2]
    head = {producer = fields[2], sequence = fields[4]}
end

local after = tonumber(ARGV[3])
local outcome = 'ok'
if ARGV[2] == '' then
    after = math.max(after, first - 1)
elseif ARGV[2] ~= epoch then
    outcome = 'epoch'
elseif after > last then
    outcome = 'back'
elseif after < first - 1 or (after < first and after > 0 and ARGV[4] ~= '') then
    outcome = 'trimmed'
elseif after > 0 and ARGV[4] ~= '' then
    local entry = redis.call('XRANGE', stream, after .. '-0', after .. '-0')[1]
    if not entry then
        outcome = 'trimmed'
    elseif entry[2][2] ~= ARGV[4] or entry[2][4] ~= ARGV[5] then
        outcome = 'differs'
    end
end

if (outcome == 'back' or outcome == 'differs') and ARGV[10] == '1' then
    -- Messages that had been acknowledged are gone: nobody may go on from a position of before as if nothing had been.
    epoch, began = ARGV[8], last
    redis.call('HSET', meta, 'e', epoch, 'f', last)
    redis.call('PUBLISH', ARGV[1], table.concat({'E', epoch, string.format('%.0f', last)}, ' '))
end

local answer = {outcome, epoch, began, first, last, head.producer, head.sequence}
if outcome ~= 'ok' then return answer end
local left, bytes = tonumber(ARGV[6]), tonumber(ARGV[7])
while left > 0 and bytes > 0 and after < last do
    local page = redis.call('XRANGE', stream, (after + 1) .. '-0', '+', 'COUNT', math.min(left, 32))
    if #page == 0 then break end
    for _, entry in ipairs(page) do
        if bytes <= 0 then break end
        local fields = entry[2]
        after = after + 1
        left = left - 1
        bytes = bytes - #fields[14] - 64
        answer[#answer + 1] = {after, fields[8], fields[2], fields[4], fields[6], fields[14]}
    end
end
return answer
