-- lib/pace: numbers called a minute, measured only while somebody waits and may be called (gateway/line/pace.ts).

local MINUTE_MS = 60000
local LEAST_MEASURED_MS = 10000
local FORGET_AFTER_MS = 60000

function this.create_pace(idle_since)
  return { one = 0, oneWeight = 0, five = 0, fiveWeight = 0, pending = 0, idleSince = idle_since }
end

local function rest(elapsed_ms)
  local pace = room.pace
  pace.pending = 0
  if pace.idleSince == 0 then pace.idleSince = room.at - elapsed_ms end
  if room.at - pace.idleSince >= FORGET_AFTER_MS then room.pace = this.create_pace(pace.idleSince) end
end

function this.measure_pace(elapsed_ms, is_measured)
  if not is_measured then return rest(elapsed_ms) end
  local pace = room.pace
  pace.idleSince = 0
  local called = pace.pending * MINUTE_MS
  pace.pending = 0
  pace.one = (MINUTE_MS * pace.one + called) / (MINUTE_MS + elapsed_ms)
  pace.oneWeight = (MINUTE_MS * pace.oneWeight + elapsed_ms) / (MINUTE_MS + elapsed_ms)
  local five = 5 * MINUTE_MS
  pace.five = (five * pace.five + called) / (five + elapsed_ms)
  pace.fiveWeight = (five * pace.fiveWeight + elapsed_ms) / (five + elapsed_ms)
end

-- Called a minute; empty while too little was measured.
function this.calls_per_minute()
  local pace = room.pace
  if pace.oneWeight < LEAST_MEASURED_MS / (MINUTE_MS + LEAST_MEASURED_MS) then return {} end
  return { one = pace.one / pace.oneWeight, five = pace.five / pace.fiveWeight }
end
