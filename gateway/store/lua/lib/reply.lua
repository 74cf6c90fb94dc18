-- lib/reply: writes what changed, and answers the view, who ended since the caller asked last, and the transition's
-- own words.
--- @include "lib/view"

-- A store that lost something may have counted other sessions: all that are kept are told again.
local function ended_since(seen)
  local count = room.endedCount
  if loss_found or seen > count then return call('ZRANGE', ENDED, 0, -1) end
  if seen == count then return {} end
  return call('ZRANGEBYSCORE', ENDED, '(' .. string.format('%.17g', seen), '+inf')
end

-- MessagePack: { view, ended = { ids }, endedCount, … }.
local function reply(answer)
  if #marked > 0 then sessions.write_inside() end
  save_room()
  answer.view = view_of()
  answer.ended = ended_since(caller.endedSeen)
  answer.endedCount = room.endedCount
  return encode(answer)
end
