-- step/pace: numbers called a minute, measured only while somebody waits and may be called (gateway/line/pace.ts).

local MINUTE_MS = 60000
local FORGET_AFTER_MS = 60000

if goes_on then
  local pace = room.pace
  if was_moving and waiting_in_all() > 0 and not is_sold_out() then
    local called, five = pace.pending * MINUTE_MS, 5 * MINUTE_MS
    pace.one = (MINUTE_MS * pace.one + called) / (MINUTE_MS + elapsed_ms)
    pace.oneWeight = (MINUTE_MS * pace.oneWeight + elapsed_ms) / (MINUTE_MS + elapsed_ms)
    pace.five = (five * pace.five + called) / (five + elapsed_ms)
    pace.fiveWeight = (five * pace.fiveWeight + elapsed_ms) / (five + elapsed_ms)
    pace.idleSince = 0
  else
    if pace.idleSince == 0 then pace.idleSince = room.at - elapsed_ms end
    if room.at - pace.idleSince >= FORGET_AFTER_MS then
      pace.one, pace.oneWeight, pace.five, pace.fiveWeight = 0, 0, 0, 0
    end
  end
  pace.pending = 0
end
