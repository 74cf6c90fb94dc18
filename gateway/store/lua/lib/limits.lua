-- lib/limits: the limits as numbers (gateway/line/budget.ts). An absent limit is math.huge, which is never stored.

-- 2 s worth of the rate, at least 1: a rate of 3 a minute still needs a whole token. Without a rate there are none.
local function most_tokens(per_minute)
  if not per_minute or per_minute == 0 then return 0 end
  return max(1, per_minute / 30)
end

local function charge_call(cost)
  local per_minute = rate_per_minute()
  if not per_minute then return end
  local most = most_tokens(per_minute)
  room.callTokens = min(most, max(-most, room.callTokens - cost))
end

local function charge_claim(count)
  if rate_per_minute() then room.claimTokens = room.claimTokens - count end
end

-- 'callTokens' or 'claimTokens'.
local function budget_of(tokens)
  return rate_per_minute() and room[tokens] or math.huge
end

-- The rate was `before`: a lower one leaves 2 s worth of it; where there was none, who went in is not known.
local function keep_tokens(before)
  if not before then room.callTokens, room.claimTokens = 0, 0 end
  local most = most_tokens(rate_per_minute())
  room.callTokens = min(room.callTokens, most)
  room.claimTokens = min(room.claimTokens, most)
end

-- While people inside hold the last seats it is not.
local function is_sold_out()
  return room.seats and room.seats <= 0
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
