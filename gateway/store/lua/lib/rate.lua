-- lib/rate: the rate in force (gateway/line/rate.ts): the law's, as far as the gateways' words leave it, or theirs alone.

local WORD_MS, WORDS_KEPT_MS = 5000, 60000
local LEAST_EASED_PER_MINUTE = 60

-- Of the words that counted at that moment: the least factor and the least rate, or nil.
local function least_word(at)
  local factor, per_minute = 1, nil
  for _, word in pairs(read_field('factors')) do
    if at - word.at <= WORD_MS then
      factor = min(factor, word.factor)
      if word.perMinute then per_minute = min(per_minute or word.perMinute, word.perMinute) end
    end
  end
  return factor, per_minute
end

-- Nobody speaks any more: a line that the last words held is let go step by step.
local function eased_rate(silent_ms)
  if size_of(RETURNERS) == 0 and waiting_in_all() == 0 then return nil end
  local _, per_minute = least_word(room.spokenAt)
  if not per_minute then return nil end
  return max(LEAST_EASED_PER_MINUTE, per_minute) * 2 ^ (math.ceil(silent_ms / WORD_MS) - 1)
end

local function words_in_force()
  local silent_ms = room.at - room.spokenAt
  if room.spokenAt == 0 or silent_ms > WORDS_KEPT_MS then return 1, nil end
  if silent_ms > WORD_MS then return 1, eased_rate(silent_ms) end
  return least_word(room.at)
end

-- Admissions a minute; nil: nothing limits them.
local function rate_per_minute()
  local by_law, factor, per_minute = room.law.limits.admissionsPerMinute, words_in_force()
  if factor == 0 then return 0 end
  if not by_law then return per_minute end
  return min(by_law * factor, per_minute or math.huge)
end
