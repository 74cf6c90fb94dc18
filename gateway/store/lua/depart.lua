-- depart: a gateway that ends in good order takes no share with it. (gateway/line/depart.ts)
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its floors, or ''.
-- ARGV[3]: an empty array.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/step"
--- @include "lib/reply"
if not room.law then return unknown() end

step()
gateways.forget_gateway(caller.gateway)
return reply({})
