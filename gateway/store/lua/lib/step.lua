-- lib/step: every step begins here (gateway/line/advance.ts).
--- @include "lib/clock"
--- @include "lib/room"
--- @part "lib/room-time"
--- @part "lib/budget"
--- @part "lib/cost"
--- @part "lib/expected"
--- @part "lib/buckets"
--- @part "lib/ageing"
--- @part "lib/lanes"
--- @part "lib/gateways"
--- @part "lib/loss"
--- @part "lib/known"
--- @part "lib/healing"
--- @part "lib/apart"
--- @part "lib/opening"
--- @part "lib/pace"
--- @part "lib/returners"
--- @part "lib/inside"
--- @part "lib/writing"
--- @part "lib/sessions"
--- @part "lib/spent"

local ASLEEP_MS = 2000
-- No other process takes over within this, so that it is not asked who it is.
local SAME_SERVER_MS = 50

local function drop_what_is_over()
  if call('ZCOUNT', SESSIONS, '-inf', room.at) > 0 then sessions.drop_lapsed() end
  if call('ZCOUNT', LAPSED, '-inf', room.at - room.law.submitGraceMs) > 0 then sessions.forget_lapsed() end
  if call('ZCOUNT', CLAIMED, '-inf', room.at) > 0 then spent.prune_spent() end
  if size_of(RETURNERS) > 0 then returners.drop_unseen() end
end

-- Steps of one millisecond change nothing here, so a burst of joins costs little.
local function advance(now)
  local elapsed_ms = now - room.at
  if elapsed_ms <= 0 then return end
  local was_moving, is_first = opening.is_moving(), room.at == 0
  room.at = now
  if elapsed_ms > ASLEEP_MS then room.awakeSince = now end
  if is_first then return end
  drop_what_is_over()
  pace.measure_pace(elapsed_ms, was_moving and lanes.waiting_in_all() > 0)
  if not was_moving then return ageing.hold_windows(elapsed_ms) end
  budget.earn_tokens(elapsed_ms, apart.present_share())
  if expected.is_any_due() then ageing.age_buckets() end
end

local function answering_server(time)
  local gap_ms = time + room.offset - room.at
  if room.server ~= '' and gap_ms >= 0 and gap_ms <= SAME_SERVER_MS then return room.server end
  return server_id()
end

-- Room time is `room.at` afterwards.
local function step()
  local time = store_time()
  local server = answering_server(time)
  advance(room_time.tell_room_time(time))
  if not known.is_all_known(server) then healing.lift_to_caller(server) end
  apart.step_apart()
  opening.step_opening()
  room.seq = room.seq + 1
  gateways.remember_seq(caller.gateway)
end
