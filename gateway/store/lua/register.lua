-- register: a session takes its seat for good and stays inside; told again it does nothing. See
--   gateway/line/seats.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {id}.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local id = args[1]

local live = sessions.live_session(id)
local session = live or sessions.lapsed_session(id)
if session and not session.registered then
  session.registered = true
  sessions.mark(session)
  if live then room.unregistered = room.unregistered - 1 end
  if room.seats then
    room.seats = max(0, room.seats - 1)
    room.seatsRev = room.seatsRev + 1
  end
end
return reply({})
