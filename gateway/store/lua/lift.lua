-- lift: raises the room to what a visitor's token proves, where the store knows less. See gateway/line/recover.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {{epoch, lane, issued, serving, fence}}.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local proof = args[1]

local is_loss = proof.fence > room.fence
room.fence = max(room.fence, proof.fence)
if proof.epoch > room.epoch then
  healing.start_epoch(proof.epoch)
  is_loss = true
end
if proof.epoch == room.epoch and healing.lift_lane(proof.lane, proof.issued, proof.serving, 0) then is_loss = true end
if is_loss then healing.note_loss(true) end
return reply({})
