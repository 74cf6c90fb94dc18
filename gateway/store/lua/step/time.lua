-- step/time: room time (gateway/line/time.ts): never backwards, never carried away by a clock that jumps. And who
-- answers.

local BELIEVED_GAP_MS = 5000
local ASLEEP_MS = 2000
-- No other process takes over within this, so that it is not asked who it is.
local SAME_SERVER_MS = 50

local time = store_time()
local now = time + room.offset
local gap_ms = now - room.at
local server = room.server
if server == '' or gap_ms < 0 or gap_ms > SAME_SERVER_MS then server = server_id() end

if caller.lastAt > 0 then
  if gap_ms > BELIEVED_GAP_MS then now = min(now, floor(caller.lastAt + caller.sinceMs)) end
  now = max(now, caller.lastAt)
end
now = max(now, room.at)
room.offset = now - time

local elapsed_ms, was_moving = now - room.at, is_moving()
-- The room's first step: nothing was earned before it.
local goes_on = elapsed_ms > 0 and room.at > 0
if elapsed_ms > ASLEEP_MS then room.awakeSince = now end
room.at = now
