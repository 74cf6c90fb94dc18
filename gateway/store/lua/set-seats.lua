-- set-seats: the platform's or an operator's word of how many registrations are left. See gateway/line/seats.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {seats, or nil: no limit}.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local seats = args[1]

if room.seats ~= seats then
  room.seats = seats
  room.seatsRev = room.seatsRev + 1
  keep_tickets()
end
return reply({})
