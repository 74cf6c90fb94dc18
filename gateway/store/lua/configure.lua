-- configure: writes the room's law from a revision; the newest rules, and only what it changed is done. Makes the
--   room where it is new. See gateway/line/configure.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {law, revision}.
-- Returns lib/reply's MessagePack map.
--- @include "lib/clock"
--- @include "lib/room"
--- @include "lib/parts"
--- @part "lib/creation"
local law, revision = args[1], args[2]

local function obey()
  local old = room.law
  if not old then creation.create_room() end
  local rate_before = old and rate_per_minute()
  room.law = law
  to_write.law = true
  room.revision = revision
  for lane, weight in pairs(law.lanes) do if weight >= 1 then lane_of(lane) end end
  if not old or old.state ~= law.state then healing.go_to(law.state) end
  if not old or old.limits.seats ~= law.limits.seats then
    room.seats = law.limits.seats
    room.seatsRev = room.seatsRev + 1
  end
  -- A new room may use its 2 s worth at once.
  if old then return keep_tokens(rate_before) end
  room.callTokens = most_tokens(law.limits.admissionsPerMinute)
  room.claimTokens = room.callTokens
end

if not room.law or revision >= room.revision then obey() end
--- @include "lib/step"
--- @include "lib/reply"
return reply({})
