-- lib/expected: who was called and is still expected (gateway/line/buckets.ts), without a change to anything.

-- Places in a bucket, as lib/buckets has them.
local T, CALLED, CAME, OLD = 3, 6, 7, 10

-- Slots that the called numbers will still take.
function this.expected_arrivals()
  local sum = 0
  for _, bucket in ipairs(room.buckets) do
    local missing = bucket[CALLED] - bucket[CAME]
    if missing > 0 then sum = sum + missing * cost.share_still_to_come(bucket) end
  end
  return sum
end

function this.outstanding()
  local sum = 0
  for _, bucket in ipairs(room.buckets) do sum = sum + math.max(0, bucket[CALLED] - bucket[CAME]) end
  return sum
end

-- Whether some bucket's grace or window is over, so that there is something to learn.
function this.is_any_due()
  for _, bucket in ipairs(room.buckets) do
    if room.at - bucket[T] >= (bucket[OLD] and room.law.claimMs or cost.GRACE_MS) then return true end
  end
  return false
end
