-- lib/cost: what a called number costs, and who is still expected (gateway/line/cost.ts, buckets.ts).

local GRACE_MS = 7000
local LEAST_SHARE, GREATEST_SHARE = 0.1, 2
-- A bucket of calls is an array; these are its places. While it is fresh, the seconds of its grace stand at AGES + 0
-- to AGES + LAST_AGE.
local LANE, SINCE, T, FROM, TO, CALLED, CAME = 1, 2, 3, 4, 5, 6, 7
local CAME_IN_GRACE, COST, OLD, LIFTED, AGES = 8, 9, 10, 11, 12
local LAST_AGE = 6

-- The shares of the called that come within the grace, and of the others that come later.
local function shares_that_come()
  local at_once = min(GREATEST_SHARE, max(LEAST_SHARE, room.freshCame / room.freshCalled))
  return at_once, min(1, room.oldCame / room.oldCalled)
end

local function cost_of_call()
  local at_once, later = shares_that_come()
  return at_once + max(0, 1 - at_once) * later
end

-- Of those who were called `age` ms ago, within the grace, and have not come: the share that still will.
local function share_of_fresh(age, at_once, later)
  local came_after = 0
  for second, came in ipairs(room.cameByAge) do
    came_after = came_after + came * min(1, max(0, second - age / 1000))
  end
  at_once = min(1, at_once)
  local soon = min(at_once, came_after / room.freshCalled)
  local not_yet = 1 - (at_once - soon)
  if not_yet <= 0 then return 0 end
  return min(1, (soon + (1 - at_once) * later) / not_yet)
end

-- Slots that the called numbers will still take.
local function expected_arrivals()
  local sum, at_once, later = 0, shares_that_come()
  local now, rest = room.at - GRACE_MS, max(1, room.law.claimMs - GRACE_MS)
  for _, bucket in ipairs(room.buckets) do
    local missing = bucket[CALLED] - bucket[CAME]
    if missing > 0 and bucket[OLD] then
      local over = min(1, max(0, (now - bucket[T]) / rest))
      if over < 1 then sum = sum + missing * (later * (1 - over) / (1 - later * over)) end
    elseif missing > 0 then
      sum = sum + missing * share_of_fresh(room.at - bucket[T], at_once, later)
    end
  end
  return sum
end
