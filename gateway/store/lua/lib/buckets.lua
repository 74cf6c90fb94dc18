-- lib/buckets: the calls of the claim window, and who is still expected (gateway/line/buckets.ts, first half).

local BUCKET_MS = 1000

local function empty_bucket(lane, from)
  return { lane, room.at, room.at, from, from - 1, 0, 0, 0, 0, false, false, 0, 0, 0, 0, 0, 0, 0 }
end

local function add_bucket(lane, from)
  local bucket = empty_bucket(lane, from)
  room.buckets[#room.buckets + 1] = bucket
  to_write.buckets = true
  return bucket
end

local function open_bucket(lane, from)
  for index = #room.buckets, 1, -1 do
    local bucket = room.buckets[index]
    if bucket[LANE] == lane then
      if bucket[OLD] or bucket[LIFTED] or room.at - bucket[SINCE] >= BUCKET_MS then break end
      bucket[T] = room.at
      return bucket
    end
  end
  return add_bucket(lane, from)
end

-- Writes numbers from … to as called now, and charges the call budget.
function this.record_call(lane, from, to)
  local count = to - from + 1
  local cost = count * cost_of_call()
  local bucket = open_bucket(lane, from)
  to_write.buckets = true
  bucket[TO] = to
  bucket[CALLED] = bucket[CALLED] + count
  bucket[COST] = bucket[COST] + cost
  charge_call(cost)
end

-- Numbers by which a lift raised `serving`: called now, nothing charged, nothing learned.
function this.record_lift(lane, from, to, called)
  local bucket = add_bucket(lane, from)
  bucket[TO] = to
  bucket[CALLED] = called
  bucket[LIFTED] = true
end

local function bucket_of(lane, number)
  for _, bucket in ipairs(room.buckets) do
    if bucket[LANE] == lane and bucket[FROM] <= number and number <= bucket[TO] then return bucket end
  end
  return nil
end

function this.count_arrival(lane, number)
  local bucket = bucket_of(lane, number)
  if not bucket then return end
  to_write.buckets = true
  bucket[CAME] = bucket[CAME] + 1
  if bucket[OLD] then return end
  local second = min(LAST_AGE, max(0, floor((room.at - bucket[T]) / 1000)))
  bucket[AGES + second] = bucket[AGES + second] + 1
end

-- A claim came to nothing and will come again.
function this.uncount(lane, number)
  local bucket = bucket_of(lane, number)
  if not bucket or bucket[CAME] == 0 then return end
  to_write.buckets = true
  bucket[CAME] = bucket[CAME] - 1
  if bucket[OLD] then return end
  for place = AGES + LAST_AGE, AGES, -1 do
    if bucket[place] > 0 then
      bucket[place] = bucket[place] - 1
      return
    end
  end
end

function this.uncall(lane, number)
  local bucket = bucket_of(lane, number)
  if not bucket or bucket[CALLED] <= bucket[CAME] then return end
  to_write.buckets = true
  bucket[CALLED] = bucket[CALLED] - 1
end
