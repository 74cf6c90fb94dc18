-- step/earn: the rate earns tokens, and calls grow old (gateway/line/advance.ts, budget.ts, buckets.ts).

local MOST_EARNED_MS = 2000

if goes_on and was_moving then
  local per_minute = rate_per_minute()
  if per_minute then
    local cap = most_tokens(per_minute)
    local earned = per_minute / 60 * present_share() * min(elapsed_ms, MOST_EARNED_MS) / 1000
    room.callTokens = min(cap, max(-cap, room.callTokens + earned))
    room.claimTokens = min(cap, max(-cap, room.claimTokens + earned))
  end
  for _, bucket in ipairs(room.buckets) do
    if room.at - bucket[T] >= (bucket[OLD] and room.law.claimMs or GRACE_MS) then
      calls.age_buckets()
      break
    end
  end
elseif goes_on and #room.buckets > 0 then
  calls.hold_windows(elapsed_ms)
end
