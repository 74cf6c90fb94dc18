-- lib/ageing: what is learned from calls when their grace and their window are over (gateway/line/buckets.ts, second
-- half).

local MERGED_SHARE = 8
local HALF_LIFE_CALLS = 289

local function kept_of(called)
  return HALF_LIFE_CALLS / (HALF_LIFE_CALLS + called)
end

local function learn_fresh(bucket)
  local kept = kept_of(bucket[CALLED])
  room.freshCalled = room.freshCalled * kept + bucket[CALLED]
  room.freshCame = room.freshCame * kept + bucket[CAME]
  for second = 0, LAST_AGE do
    room.cameByAge[second + 1] = room.cameByAge[second + 1] * kept + bucket[AGES + second]
  end
end

local function learn_old(called, came)
  local kept = kept_of(called)
  room.oldCalled = room.oldCalled * kept + called
  room.oldCame = room.oldCame * kept + came
end

-- Nobody may claim, so the claim windows stand still.
function this.hold_windows(elapsed_ms)
  for _, bucket in ipairs(room.buckets) do
    to_write.buckets = true
    bucket[SINCE] = bucket[SINCE] + elapsed_ms
    bucket[T] = bucket[T] + elapsed_ms
  end
end

-- The call budget gets back what was charged too much, and pays what was charged too little.
local function settle(bucket, real)
  charge_call(real - bucket[COST])
  bucket[COST] = real
end

local function pass_grace(bucket)
  bucket[OLD] = true
  bucket[CAME_IN_GRACE] = bucket[CAME]
  if not bucket[LIFTED] then learn_fresh(bucket) end
  for second = 0, LAST_AGE do bucket[AGES + second] = nil end
  local _, later = shares_that_come()
  settle(bucket, bucket[CAME] + later * max(0, bucket[CALLED] - bucket[CAME]))
end

local function pass_window(bucket)
  local late = max(0, bucket[CAME] - bucket[CAME_IN_GRACE])
  if not bucket[LIFTED] then learn_old(max(0, bucket[CALLED] - bucket[CAME_IN_GRACE]), late) end
  settle(bucket, bucket[CAME])
end

local function is_over(bucket)
  return bucket[OLD] and room.at - bucket[T] >= room.law.claimMs
end

local function can_merge(last, next_one)
  local is_alike = last[OLD] and next_one[OLD] and last[LIFTED] == next_one[LIFTED]
  return is_alike and last[TO] + 1 == next_one[FROM] and next_one[T] - last[SINCE] <= room.law.claimMs / MERGED_SHARE
end

local function merge_into(last, next_one)
  last[T], last[TO] = next_one[T], next_one[TO]
  for _, place in ipairs({ CALLED, CAME, CAME_IN_GRACE, COST }) do last[place] = last[place] + next_one[place] end
end

-- Without those whose window is over, and with neighbours that are alike as one.
local function merge_buckets()
  local kept, last_of = {}, {}
  for _, bucket in ipairs(room.buckets) do
    if not is_over(bucket) then
      local last = last_of[bucket[LANE]]
      if last and can_merge(last, bucket) then
        merge_into(last, bucket)
      else
        last_of[bucket[LANE]] = bucket
        kept[#kept + 1] = bucket
      end
    end
  end
  room.buckets = kept
end

-- Where one is due (lib/expected).
function this.age_buckets()
  for _, bucket in ipairs(room.buckets) do
    if not bucket[OLD] and room.at - bucket[T] >= GRACE_MS then pass_grace(bucket) end
    if is_over(bucket) then pass_window(bucket) end
  end
  to_write.buckets = true
  merge_buckets()
end
