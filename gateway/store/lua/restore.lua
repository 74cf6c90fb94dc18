-- restore: brings leases back: for one idle time after a loss, and at any time those begun while no store could
--   know of them. See gateway/line/recover.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {{{id, startedAt ms, leaseUntil ms, spent, registered, isNew}, …}}.
-- Returns lib/reply's MessagePack map with restored: how many were news; {unknown = true, epoch} for a room
--   without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local leases = args[1]

local function extend(live, lease)
  live.leaseUntil = max(live.leaseUntil, lease.leaseUntil)
  -- The seat itself is in the floors of whoever saw the registration.
  if lease.registered and not live.registered then
    live.registered = true
    room.unregistered = room.unregistered - 1
  end
  sessions.mark(live)
  return 0
end

local function bring_back(lease, is_healing)
  local live = sessions.live_session(lease.id)
  if live then return extend(live, lease) end
  if call('ZSCORE', ENDED, lease.id) then return 0 end
  -- It has had its turn here and is over: that it was begun elsewhere is no news.
  if lease.isNew and not is_healing and sessions.is_spent(lease.id) then return 0 end
  local known = known_sessions[lease.id]
  local was_registered = known and known.place == 'lapsed' and known.registered
  local ticket_until = room.at + room.law.ticketMs
  if lease.spent then sessions.spend(lease.id, ticket_until, true) end
  sessions.open_session({
    id = lease.id, lane = 'default', number = 0, startedAt = lease.startedAt, leaseUntil = lease.leaseUntil,
    ticketUntil = ticket_until, spent = lease.spent,
    registered = lease.registered or was_registered,
  })
  if lease.isNew then room.admissions = room.admissions + 1 end
  return 1
end

local is_healing, ids, restored = room.at < room.restoreUntil, {}, 0
for index, lease in ipairs(leases) do ids[index] = lease.id end
sessions.read_sessions(ids)
for _, lease in ipairs(leases) do
  if lease.leaseUntil > room.at and (is_healing or lease.isNew) then
    restored = restored + bring_back(lease, is_healing)
  end
end
return reply({ restored = restored })
