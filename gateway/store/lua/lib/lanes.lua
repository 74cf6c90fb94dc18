-- lib/lanes: numbers by lane (gateway/line/lanes.ts, without the sharing out).

function this.lane_name_of(lane)
  return room.law.lanes[lane] and lane or 'default'
end

-- A ticket's or a floor's lane, which an older law may have named.
function this.lane_of(name)
  local lane = room.lanes[name]
  if not lane then
    lane = { issued = 0, serving = 0, credit = 0 }
    room.lanes[name] = lane
  end
  return lane
end

function this.waiting_in_all()
  local waiting = 0
  for _, lane in pairs(room.lanes) do waiting = waiting + (lane.issued - lane.serving) end
  return waiting
end

-- Numbers were given: until their tickets expire, any of them may be shown.
function this.keep_tickets()
  room.ticketsUntil = math.max(room.ticketsUntil, room.at + room.law.ticketMs)
end

-- Lua compares strings by the locale; the law does it by their bytes.
local function is_before(a, b)
  for index = 1, math.min(#a, #b) do
    local left, right = a:byte(index), b:byte(index)
    if left ~= right then return left < right end
  end
  return #a < #b
end

function this.sorted_names(by_name)
  local names = {}
  for name in pairs(by_name) do names[#names + 1] = name end
  table.sort(names, is_before)
  return names
end
