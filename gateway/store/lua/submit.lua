-- submit: a filled form goes ahead of the line, into the whole limit with its reserve. See gateway/line/submit.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {id}.
-- Returns lib/reply's MessagePack map with session, epoch, fence; without them where no slot is free, the grace is
--   over, or the room is offline, ended or healing; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local id = args[1]

local function has_slot(is_registered)
  local sessions = room.law.limits.sessions
  return (not sessions or size_of(SESSIONS) < sessions) and (is_registered or free_seats() >= 1)
end

-- A full lease; once the maximum has passed only a first one, so that this form can be sent, and no more.
local function next_lease(started_at)
  local law = room.law
  return max(room.at + sessions.FIRST_LEASE_MS, min(room.at + 1.25 * law.idleMs, started_at + law.maxMs))
end

local function newcomer()
  local ticket_until = room.at + room.law.ticketMs
  sessions.spend(id, ticket_until, false)
  return {
    id = id, lane = 'default', number = 0, startedAt = room.at, ticketUntil = ticket_until,
    spent = true, registered = false,
  }
end

local function come_back()
  if room.state == 'offline' or room.state == 'ended' or room.at < room.recoverUntil then return nil end
  local lapsed = sessions.lapsed_session(id)
  -- A ticket that was spent, and whose session did not lapse just now, has had its turn.
  if not lapsed and sessions.is_spent(id) then return nil end
  if not has_slot(lapsed and lapsed.registered) then return nil end
  local session = lapsed or newcomer()
  session.leaseUntil = next_lease(session.startedAt)
  return sessions.open_session(session)
end

local session = sessions.live_session(id) or come_back()
if not session then return reply({}) end
return reply({ session = sessions.facts_of(session), epoch = room.epoch, fence = room.fence })
