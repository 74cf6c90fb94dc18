-- lib/step: every step begins here (gateway/line/advance.ts).
--- @include "lib/clock"
--- @include "lib/room"
--- @include "lib/time"
--- @include "lib/budget"
--- @include "lib/cost"
--- @include "lib/buckets"
--- @include "lib/ageing"
--- @include "lib/lanes"
--- @include "lib/gateways"
--- @include "lib/loss"
--- @include "lib/floors"
--- @include "lib/apart"
--- @include "lib/opening"
--- @include "lib/pace"
--- @include "lib/returners"
--- @include "lib/inside"
--- @include "lib/write-inside"
--- @include "lib/sessions"
--- @include "lib/spent"

local step
do
  local ASLEEP_MS = 2000
  -- No other process takes over within this, so that it is not asked who it is.
  local SAME_SERVER_MS = 50

  -- Steps of one millisecond change nothing here, so a burst of joins costs little.
  local function advance(now)
    local elapsed_ms = now - room.at
    if elapsed_ms <= 0 then return end
    local was_moving, is_first = is_moving(), room.at == 0
    room.at = now
    if elapsed_ms > ASLEEP_MS then room.awakeSince = now end
    if is_first then return end
    drop_lapsed()
    forget_lapsed()
    prune_spent()
    drop_unseen()
    measure_pace(elapsed_ms, was_moving and waiting_in_all() > 0)
    if was_moving then
      earn_tokens(elapsed_ms, present_share())
      age_buckets()
    else
      hold_windows(elapsed_ms)
    end
  end

  local function answering_server(time)
    local gap_ms = time + room.offset - room.at
    if room.server ~= '' and gap_ms >= 0 and gap_ms <= SAME_SERVER_MS then return room.server end
    return server_id()
  end

  -- Room time is `room.at` afterwards.
  function step()
    local time = store_time()
    local server = answering_server(time)
    advance(tell_room_time(time))
    lift_to_caller(server)
    step_apart()
    step_opening()
    room.seq = room.seq + 1
    remember_seq(caller.gateway)
  end
end
