-- lib/budget: the limits as numbers (gateway/line/budget.ts). An absent limit is math.huge, which is never stored.

local FACTOR_MS = 5000
local MOST_EARNED_MS = 2000

function this.rate_per_second()
  local per_minute = room.law.limits.admissionsPerMinute
  if not per_minute then return math.huge end
  local factor = 1
  for _, report in pairs(read_field('factors')) do
    if room.at - report.at <= FACTOR_MS then factor = math.min(factor, report.factor) end
  end
  return per_minute / 60 * factor
end

function this.most_tokens()
  local per_minute = room.law.limits.admissionsPerMinute
  if not per_minute or per_minute == 0 then return 0 end
  return math.max(1, per_minute / 30)
end

local function has_rate()
  return room.law.limits.admissionsPerMinute ~= nil
end

function this.call_budget()
  return has_rate() and room.callTokens or math.huge
end

function this.claim_budget()
  return has_rate() and room.claimTokens or math.huge
end

local function within_cap(tokens)
  local cap = this.most_tokens()
  return math.min(cap, math.max(-cap, tokens))
end

-- `share`: the part of the rate that may be spent here.
function this.earn_tokens(elapsed_ms, share)
  if not has_rate() then return end
  local earned = this.rate_per_second() * share * math.min(elapsed_ms, MOST_EARNED_MS) / 1000
  room.callTokens = within_cap(room.callTokens + earned)
  room.claimTokens = within_cap(room.claimTokens + earned)
end

function this.charge_call(cost)
  if has_rate() then room.callTokens = within_cap(room.callTokens - cost) end
end

function this.charge_claim(count)
  if has_rate() then room.claimTokens = room.claimTokens - count end
end

-- Registrations left that nobody inside may still take.
function this.free_seats()
  return room.seats and room.seats - room.unregistered or math.huge
end

function this.free_by_limits()
  local limits = room.law.limits
  if not limits.sessions then return this.free_seats() end
  return math.min(limits.sessions - limits.submitReserve - size_of(SESSIONS), this.free_seats())
end

-- What silent gateways took along is not free.
function this.free_slots()
  local left = room.apart and room.apart.left or math.huge
  return math.min(this.free_by_limits(), left)
end
