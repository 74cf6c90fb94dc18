-- join: newcomers take numbers, many at once; while nobody waits, the first of them go straight in. See
--   gateway/line/join.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {lane, {ids}}, at most 1,000 ids.
-- Returns lib/reply's MessagePack map with kind = 'joined', epoch, lane, first, count, sessions, serving,
--   prequeue; or kind = 'closed', state; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
if #args[2] > 1000 then return redis.error_reply('HG join: ' .. #args[2] .. ' ids at once, at most 1000') end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local lane, ids = room.law.lanes[args[1]] and args[1] or 'default', args[2]
if room.state == 'ended' then return reply({ kind = 'closed', state = 'ended' }) end
if is_sold_out() and not room.law.waitingList then return reply({ kind = 'closed', state = 'soldout' }) end

-- Nobody waits anywhere, so nobody is overtaken; both budgets must have it.
local function count_admitted()
  if not is_moving() or size_of(RETURNERS) > 0 or waiting_in_all() > 0 then return 0 end
  local free = min(free_slots() - expected_arrivals(), budget_of('callTokens'), budget_of('claimTokens'))
  return max(0, min(#ids, floor(free)))
end

local function open(id, number)
  return sessions.facts_of(sessions.open_session({
    id = id, lane = lane, number = number, startedAt = now, leaseUntil = now + sessions.FIRST_LEASE_MS,
    ticketUntil = now + room.law.ticketMs, spent = false, registered = false,
  }))
end

local count, admitted = count_admitted(), {}
-- First: whether words on the rate still hold depends on who waits.
if count > 0 then
  charge_call(count)
  charge_claim(count)
end
local line = lane_of(lane)
local first = line.issued + 1
for index = 1, count do admitted[index] = open(ids[index], line.serving + index) end
line.serving = line.serving + count
line.issued = line.issued + #ids
if count > 0 then
  use_share(count)
  room.admissions = room.admissions + count
  room.pace.pending = room.pace.pending + count
end
keep_tickets()
return reply({
  kind = 'joined', epoch = room.epoch, lane = lane, first = first, count = #ids,
  sessions = admitted, serving = line.serving, prequeue = is_prequeue(),
})
