-- lib/ageing: what is learned from calls when their grace and their window are over (gateway/line/buckets.ts, second half).

-- Places in a bucket, as lib/buckets has them.
local LANE, SINCE, T, FROM, TO, CALLED, CAME, CAME_IN_GRACE, COST, OLD, LIFTED = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

local MERGED_SHARE = 8

-- Nobody may claim, so the claim windows stand still.
function this.hold_windows(elapsed_ms)
  for _, bucket in ipairs(room.buckets) do
    bucket[SINCE] = bucket[SINCE] + elapsed_ms
    bucket[T] = bucket[T] + elapsed_ms
  end
end

-- The call budget gets back what was charged too much, and pays what was charged too little.
local function settle(bucket, real)
  budget.charge_call(real - bucket[COST])
  bucket[COST] = real
end

local function pass_grace(bucket)
  bucket[OLD] = true
  bucket[CAME_IN_GRACE] = bucket[CAME]
  if not bucket[LIFTED] then cost.learn_fresh(bucket) end
  settle(bucket, bucket[CAME] + cost.share_later() * math.max(0, bucket[CALLED] - bucket[CAME]))
end

local function pass_window(bucket)
  local late = math.max(0, bucket[CAME] - bucket[CAME_IN_GRACE])
  if not bucket[LIFTED] then cost.learn_old(math.max(0, bucket[CALLED] - bucket[CAME_IN_GRACE]), late) end
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

function this.age_buckets()
  local is_aged = false
  for _, bucket in ipairs(room.buckets) do
    local is_now_old = not bucket[OLD] and room.at - bucket[T] >= cost.GRACE_MS
    if is_now_old then pass_grace(bucket) end
    local is_now_over = is_over(bucket)
    if is_now_over then pass_window(bucket) end
    is_aged = is_aged or is_now_old or is_now_over
  end
  if is_aged then merge_buckets() end
end
