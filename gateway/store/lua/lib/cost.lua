-- lib/cost: what a called number costs on average, learned from those called (gateway/line/cost.ts).

-- Places in a bucket, as lib/buckets has them.
local T, CALLED, CAME, OLD = 3, 6, 7, 10
this.GRACE_MS = 7000
local LEAST_SHARE, GREATEST_SHARE = 0.1, 2

local function share_at_once()
  return math.min(GREATEST_SHARE, math.max(LEAST_SHARE, room.freshCame / room.freshCalled))
end

function this.share_later()
  return math.min(1, room.oldCame / room.oldCalled)
end

function this.cost_of_call()
  local at_once = share_at_once()
  return at_once + math.max(0, 1 - at_once) * this.share_later()
end

-- Of `freshCame`, those after this age; within a second evenly.
local function came_after(age_seconds)
  local sum = 0
  for second, came in ipairs(room.cameByAge) do
    sum = sum + came * math.min(1, math.max(0, second - age_seconds))
  end
  return sum
end

local function share_of_old(age)
  local later = this.share_later()
  local rest = math.max(1, room.law.claimMs - this.GRACE_MS)
  local over = math.min(1, math.max(0, (age - this.GRACE_MS) / rest))
  return over == 1 and 0 or later * (1 - over) / (1 - later * over)
end

-- Of those in the bucket who have not come, the share that still will.
function this.share_still_to_come(bucket)
  local age = room.at - bucket[T]
  if bucket[OLD] then return share_of_old(age) end
  local at_once = math.min(1, share_at_once())
  local soon = math.min(at_once, came_after(age / 1000) / room.freshCalled)
  local not_yet = 1 - (at_once - soon)
  if not_yet <= 0 then return 0 end
  return math.min(1, (soon + (1 - at_once) * this.share_later()) / not_yet)
end
