-- leave: frees a slot or a place at once; what was given up is spent, what failed is not. See
--   gateway/line/leave.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {id, how = 'left' or 'unspent', ticket or nil}.
-- Returns lib/reply's MessagePack map with left: whether there was a session or a place; {unknown = true, epoch}
--   for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"
--- @include "lib/ending"

local id, how, ticket = args[1], args[2], args[3]

-- The first answer failed. Once an answer was sent there is nothing to give back: the visitor is inside.
local function give_back(session)
  if session.spent then return false end
  sessions.end_session(session, 'gone')
  use_share(-1)
  calls.uncount(session.lane, session.number)
  return true
end

-- A place in the line, called or not.
local function give_up()
  if ticket.epoch ~= room.epoch or ticket.expiresAt <= room.at or sessions.is_spent(ticket.id) then return false end
  local is_called = ticket.number <= lane_of(ticket.lane).serving
  if is_called and not returners.is_returner(ticket) then calls.uncall(ticket.lane, ticket.number) end
  returners.remove_returner(ticket)
  sessions.spend(ticket.id, ticket.expiresAt, true)
  return true
end

local function leave()
  local session = sessions.live_session(id)
  if session and how == 'left' then
    end_for_good(session)
    return true
  end
  if session then return give_back(session) end
  if how ~= 'left' then return false end
  -- The store lost it; a gateway that knows the lease may be about to bring it back.
  if room.at < room.restoreUntil then note_ended(id) end
  return ticket ~= nil and give_up()
end

return reply({ left = leave() })
