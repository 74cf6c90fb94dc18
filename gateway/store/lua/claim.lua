-- claim: a called ticket becomes a session; the hard limits are enforced here, and a ticket is good once. See
--   gateway/line/claim.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {ticket {id, lane, epoch, number, serving, expiresAt ms}}.
-- Returns lib/reply's MessagePack map with kind = 'admitted', session, epoch, fence; 'waiting'; 'retry', ahead,
--   retryMs; 'used', canSubmit; or 'void'; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local ticket = args[1]
local LEAST_RETRY_MS, MOST_RETRY_MS = 1000, 5000
local GUESSED_LATE_PER_SECOND = 20

local function bounded(ms)
  return min(MOST_RETRY_MS, max(LEAST_RETRY_MS, math.ceil(ms)))
end

-- When the budget will have one for this ticket; while nobody may claim, the longest.
local function retry_ms(ahead)
  if room.recoverUntil > room.at then return bounded(room.recoverUntil - room.at) end
  if not is_moving() then return MOST_RETRY_MS end
  local missing = ahead + 1 - budget_of('claimTokens')
  local by_rate = missing > 0 and missing / (rate_per_minute() / 60) or 0
  return bounded(max(by_rate, ahead / GUESSED_LATE_PER_SECOND) * 1000)
end

local function admitted(session)
  return reply({ kind = 'admitted', session = sessions.facts_of(session), epoch = room.epoch, fence = room.fence })
end

local function admit()
  returners.remove_returner(ticket)
  charge_claim(1)
  use_share(1)
  room.admissions = room.admissions + 1
  return admitted(sessions.open_session({
    id = ticket.id, lane = ticket.lane, number = ticket.number, startedAt = room.at,
    leaseUntil = room.at + sessions.FIRST_LEASE_MS, ticketUntil = ticket.expiresAt, spent = false, registered = false,
  }))
end

-- One slot for every late comer with a smaller number must be there too: they are not overtaken.
local function claim_called()
  if not returners.is_returner(ticket) then calls.count_arrival(ticket.lane, ticket.number) end
  local ahead = returners.returners_ahead(ticket.lane, ticket.number)
  if is_moving() and min(free_slots(), floor(budget_of('claimTokens'))) > ahead then return admit() end
  returners.add_returner(ticket)
  return reply({ kind = 'retry', ahead = ahead, retryMs = retry_ms(ahead) })
end

if ticket.epoch ~= room.epoch or ticket.expiresAt <= room.at then return reply({ kind = 'void' }) end
-- The ticket is signed, so a line that is behind it has lost something.
local line = room.lanes[ticket.lane]
if not line or ticket.number > line.issued or ticket.serving > line.serving then
  if healing.lift_lane(ticket.lane, ticket.number, ticket.serving, 0) then healing.note_loss(true) end
end
local session = sessions.live_session(ticket.id)
if session then return admitted(session) end
if sessions.is_spent(ticket.id) then
  return reply({ kind = 'used', canSubmit = sessions.lapsed_session(ticket.id) ~= nil })
end
local is_called = ticket.number <= lane_of(ticket.lane).serving
if not is_called or room.state == 'ended' then return reply({ kind = 'waiting' }) end
return claim_called()
