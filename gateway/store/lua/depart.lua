-- depart: a gateway that ends in good order takes no share with it. See gateway/line/depart.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: an empty array.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

healing.forget_gateway(caller.gateway)
return reply({})
