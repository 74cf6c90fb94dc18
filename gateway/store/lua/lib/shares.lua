-- lib/shares: numbers shared out among the lanes as their weights say (gateway/line/lanes.ts, `shareOut`).

local function waiting_lanes()
  local waiting = {}
  for _, name in ipairs(names.sorted(room.lanes)) do
    local lane = room.lanes[name]
    if lane.issued <= lane.serving then lane.credit = 0 else waiting[#waiting + 1] = name end
  end
  return waiting
end

-- Afterwards the credits sum up to what is to be given.
local function earn_credit(waiting, count)
  local weights, credits = 0, 0
  for _, name in ipairs(waiting) do
    weights = weights + (room.law.lanes[name] or 1)
    credits = credits + room.lanes[name].credit
  end
  for _, name in ipairs(waiting) do
    local lane = room.lanes[name]
    lane.credit = lane.credit + (count - credits) * (room.law.lanes[name] or 1) / weights
  end
end

local function give(given, name, wanted)
  local lane = room.lanes[name]
  local count = max(0, min(wanted, lane.issued - lane.serving))
  if count == 0 then return 0 end
  lane.serving = lane.serving + count
  lane.credit = lane.credit - count
  given[name] = (given[name] or 0) + count
  return count
end

local function richest(waiting)
  local best = waiting[1]
  for _, name in ipairs(waiting) do
    if room.lanes[name].credit > room.lanes[best].credit then best = name end
  end
  return best
end

-- Raises `serving` of the lanes by `count` in all; answers how many each lane got.
function this.share_out(count)
  local given, left = {}, count
  while left > 0 do
    local waiting = waiting_lanes()
    if #waiting == 0 then break end
    earn_credit(waiting, left)
    local spent = 0
    for _, name in ipairs(waiting) do spent = spent + give(given, name, floor(room.lanes[name].credit)) end
    if spent == 0 then spent = give(given, richest(waiting), 1) end
    left = left - spent
  end
  return given
end
