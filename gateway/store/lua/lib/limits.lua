-- lib/limits: the limits as numbers (gateway/line/budget.ts). An absent limit is math.huge, which is never stored.

local FACTOR_MS = 5000

-- 2 s worth of the rate, at least 1: a rate of 3 a minute still needs a whole token. Without a rate there are none.
local function most_tokens(limits)
  local per_minute = limits.admissionsPerMinute
  if not per_minute or per_minute == 0 then return 0 end
  return max(1, per_minute / 30)
end

local function rate_per_second()
  local per_minute = room.law.limits.admissionsPerMinute
  if not per_minute then return math.huge end
  local factor = 1
  for _, report in pairs(read_field('factors')) do
    if room.at - report.at <= FACTOR_MS then factor = min(factor, report.factor) end
  end
  return per_minute / 60 * factor
end

local function charge_call(cost)
  local limits = room.law.limits
  if not limits.admissionsPerMinute then return end
  local cap = most_tokens(limits)
  room.callTokens = min(cap, max(-cap, room.callTokens - cost))
end

local function charge_claim(count)
  if room.law.limits.admissionsPerMinute then room.claimTokens = room.claimTokens - count end
end

-- 'callTokens' or 'claimTokens'.
local function budget_of(tokens)
  return room.law.limits.admissionsPerMinute and room[tokens] or math.huge
end

-- Registrations left that nobody inside may still take.
local function free_seats()
  return room.seats and room.seats - room.unregistered or math.huge
end

local function free_by_limits()
  local limits = room.law.limits
  if not limits.sessions then return free_seats() end
  return min(limits.sessions - limits.submitReserve - size_of(SESSIONS), free_seats())
end

-- What silent gateways took along is not free.
local function free_slots()
  return min(free_by_limits(), room.apart and room.apart.left or math.huge)
end
