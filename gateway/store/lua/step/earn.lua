-- step/earn: the rate earns tokens, and calls grow old (gateway/line/advance.ts, budget.ts, buckets.ts).

local MOST_EARNED_MS = 2000

if goes_on and was_moving then
  local limits = room.law.limits
  if limits.admissionsPerMinute then
    local cap = most_tokens(limits)
    local earned = rate_per_second() * present_share() * min(elapsed_ms, MOST_EARNED_MS) / 1000
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
