-- join: newcomers take numbers, many at once; while nobody waits, the first of them go straight in. (gateway/line/join.ts)
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its floors, or ''.
-- ARGV[3]: {lane, {ids}}, at most 1,000 ids.
-- Returns lib/reply's MessagePack map with kind = 'joined', epoch, lane, first, count, sessions, serving, prequeue; or kind = 'closed', state; {unknown = true, epoch} for a room without a law.
--- @include "lib/step"
--- @include "lib/reply"
if not room.law then return unknown() end
local lane, ids = lanes.lane_name_of(args[1]), args[2]
if #ids > 1000 then return redis.error_reply('HG join: ' .. #ids .. ' ids at once, at most 1000') end

local function closed_state()
  if room.state == 'ended' then return 'ended' end
  return room.seats and room.seats <= 0 and 'soldout' or nil
end

local function admit(id, number)
  return sessions.facts_of(sessions.open_session({
    id = id, lane = lane, number = number, startedAt = room.at, leaseUntil = room.at + sessions.FIRST_LEASE_MS,
    ticketUntil = room.at + room.law.ticketMs, spent = false, registered = false,
  }))
end

-- Nobody waits anywhere, so nobody is overtaken; both budgets are charged, and both must have it.
local function admit_at_once(line)
  if not opening.is_moving() or size_of(RETURNERS) > 0 or lanes.waiting_in_all() > 0 then return {} end
  local free = math.floor(math.min(budget.free_slots() - expected.expected_arrivals(), budget.call_budget(), budget.claim_budget()))
  local count, sessions = math.max(0, math.min(#ids, free)), {}
  for index = 1, count do
    line.serving = line.serving + 1
    sessions[index] = admit(ids[index], line.serving)
  end
  budget.charge_call(count)
  budget.charge_claim(count)
  apart.use_share(count)
  room.admissions = room.admissions + count
  room.pace.pending = room.pace.pending + count
  return sessions
end

step()
local closed = closed_state()
if closed then return reply({ kind = 'closed', state = closed }) end
local line = lanes.lane_of(lane)
local issued, sessions = line.issued, admit_at_once(line)
line.issued = issued + #ids
lanes.keep_tickets()
return reply({
  kind = 'joined', epoch = room.epoch, lane = lane, first = issued + 1, count = #ids,
  sessions = sessions, serving = line.serving, prequeue = opening.is_prequeue(),
})
