-- redeem: a place that a gateway gave while the store was lost becomes a number: the same whoever asks, how often
--   ever. See gateway/line/redeem.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {epoch, {gateway, outage, lane, k from 1}}.
-- Returns lib/reply's MessagePack map with kind = 'redeemed', epoch, lane, number, serving; or kind = 'void';
--   {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"

local epoch, place = args[1], args[2]
local OUTAGES_KEPT = 256
local PIECES_AS_ASKED = 8

-- `provisional`: {{key, {{first, count, base}, …}}, …}, oldest first.
local function extents_of(key)
  for _, outage in ipairs(read_field('provisional')) do
    if outage[1] == key then return outage[2] end
  end
  local extents = {}
  table.insert(room.provisional, { key, extents })
  if #room.provisional > OUTAGES_KEPT then table.remove(room.provisional, 1) end
  return extents
end

local function number_of(extents, k)
  for _, extent in ipairs(extents) do
    local first, count, base = unpack(extent)
    if k >= first and k < first + count then return base + (k - first + 1) end
  end
  return nil
end

local function extend(line, extents, k)
  to_write.provisional = true
  local last = extents[#extents] or { 1, 0 }
  local first = last[1] + last[2]
  local least = #extents < PIECES_AS_ASKED and 0 or 2 * last[2]
  local count, base = max(k - first + 1, least), line.issued
  line.issued = base + count
  keep_tickets()
  extents[#extents + 1] = { first, count, base }
  return base + (k - first + 1)
end

if room.epoch ~= epoch then return reply({ kind = 'void' }) end
local lane = room.law.lanes[place.lane] and place.lane or 'default'
local line, extents = lane_of(lane), extents_of(place.gateway .. ' ' .. place.outage .. ' ' .. lane)
local number = number_of(extents, place.k) or extend(line, extents, place.k)
return reply({ kind = 'redeemed', epoch = room.epoch, lane = lane, number = number, serving = line.serving })
