-- forget: drops a room that nobody would miss; what is left says for a ticket's lifetime which epoch its next life
--   has. See gateway/line/forget.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {how}, 'at-once' to drop it whoever waits or is inside; or an empty array.
-- Returns lib/reply's MessagePack map with forgotten: whether it was dropped; {unknown = true, epoch} for a room
--   without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local function issued_in_all()
  local issued = 0
  for _, lane in pairs(room.lanes) do issued = issued + lane.issued end
  return issued
end

local function someone_may_submit()
  local over = string.format('(%.17g', room.at - room.law.submitGraceMs)
  return call('ZCOUNT', LAPSED, over, '+inf') > 0
end

local function is_forgettable()
  if size_of(SESSIONS) > 0 or size_of(RETURNERS) > 0 or someone_may_submit() then return false end
  if room.state ~= room.law.state then return false end
  if room.at >= room.ticketsUntil then return true end
  if room.seats ~= room.law.limits.seats then return false end
  return waiting_in_all() == 0 and room.spentTickets >= issued_in_all()
end

local is_forgotten = args[1] == 'at-once' or is_forgettable()
local answer = reply({ forgotten = is_forgotten })
if is_forgotten then
  call('DEL', unpack(KEYS))
  -- A room that gave no number, in this life or in one before, leaves nobody with a ticket.
  if issued_in_all() > 0 or room.epoch > 1 then
    call('HSET', LINE, 'epoch', room.epoch + 1)
    call('PEXPIRE', LINE, room.law.ticketMs)
  end
end
return answer
