-- touch: extends leases, many at once, and spends a ticket when its visitor has surely got an answer. See
--   gateway/line/touch.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {{{id, how = 'answering' or 'active'}, …}}.
-- Returns lib/reply's MessagePack map with leases, by the order of the touches: {id, startedAt ms, leaseUntil ms},
--   or false where the session does not live; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local touches = args[1]
local LEASE_IN_IDLE_TIMES = 1.25

local function touch(id, how)
  local session = sessions.live_session(id)
  if not session then return false end
  local lease_ms = LEASE_IN_IDLE_TIMES * room.law.idleMs
  if how == 'answering' then
    sessions.extend_lease(session, sessions.FIRST_LEASE_MS)
  elseif session.spent then
    sessions.extend_lease(session, lease_ms)
  else
    sessions.spend(id, session.ticketUntil, session.number > 0)
    session.spent = true
    sessions.settle_lease(session, lease_ms)
  end
  return sessions.facts_of(session)
end

local function ids_of()
  local ids = {}
  for index, each in ipairs(touches) do ids[index] = each.id end
  return ids
end

if #touches > 1 then sessions.read_sessions(ids_of()) end
local leases = {}
for index, each in ipairs(touches) do leases[index] = touch(each.id, each.how) end
return reply({ leases = leases })
