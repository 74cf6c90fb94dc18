-- lib/budget: the limits as numbers (gateway/line/budget.ts). An absent limit is math.huge, which is never stored.

local rate_per_second, most_tokens, call_budget, claim_budget, earn_tokens, charge_call, charge_claim
local free_seats, free_by_limits, free_slots
do
  local FACTOR_MS = 5000
  local MOST_EARNED_MS = 2000

  function rate_per_second()
    local per_minute = room.law.limits.admissionsPerMinute
    if not per_minute then return math.huge end
    local factor = 1
    for _, report in pairs(room.factors) do
      if room.at - report.at <= FACTOR_MS then factor = math.min(factor, report.factor) end
    end
    return per_minute / 60 * factor
  end

  function most_tokens()
    local per_minute = room.law.limits.admissionsPerMinute
    if not per_minute or per_minute == 0 then return 0 end
    return math.max(1, per_minute / 30)
  end

  local function has_rate()
    return room.law.limits.admissionsPerMinute ~= nil
  end

  function call_budget()
    return has_rate() and room.callTokens or math.huge
  end

  function claim_budget()
    return has_rate() and room.claimTokens or math.huge
  end

  local function within_cap(tokens)
    local cap = most_tokens()
    return math.min(cap, math.max(-cap, tokens))
  end

  -- `share`: the part of the rate that may be spent here.
  function earn_tokens(elapsed_ms, share)
    if not has_rate() then return end
    local earned = rate_per_second() * share * math.min(elapsed_ms, MOST_EARNED_MS) / 1000
    room.callTokens = within_cap(room.callTokens + earned)
    room.claimTokens = within_cap(room.claimTokens + earned)
  end

  function charge_call(cost)
    if has_rate() then room.callTokens = within_cap(room.callTokens - cost) end
  end

  function charge_claim(count)
    if has_rate() then room.claimTokens = room.claimTokens - count end
  end

  -- Registrations left that nobody inside may still take.
  function free_seats()
    return room.seats and room.seats - room.unregistered or math.huge
  end

  function free_by_limits()
    local limits = room.law.limits
    if not limits.sessions then return free_seats() end
    return math.min(limits.sessions - limits.submitReserve - size_of(SESSIONS), free_seats())
  end

  -- What silent gateways took along is not free.
  function free_slots()
    local left = room.apart and room.apart.left or math.huge
    return math.min(free_by_limits(), left)
  end
end
