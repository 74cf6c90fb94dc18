-- lib/loss: what heals a store that lost something (gateway/line/loss.ts): hold, and lift the lanes.

local HOLD_MS = 3000
local BETWEEN_HOLDS_MS = 30000

-- `is_by_token`: tokens prove a loss one by one, so they hold the room at most once in 30 s.
function this.note_loss(is_by_token)
  loss_found = true
  room.losses = room.losses + 1
  room.callTokens = 0
  room.claimTokens = 0
  room.restoreUntil = room.at + room.law.idleMs
  local was_held_lately = room.heldAt > 0 and room.at - room.heldAt < BETWEEN_HOLDS_MS
  if room.at < room.recoverUntil or (is_by_token and was_held_lately) then return end
  room.heldAt = room.at
  room.recoverUntil = room.at + HOLD_MS
end

-- Raises a lane's counters; of the numbers by which `serving` rises, at most `outstanding` are still expected.
function this.lift_lane(name, issued, serving, outstanding)
  local known = room.lanes[name]
  if issued <= (known and known.issued or 0) and serving <= (known and known.serving or 0) then return false end
  local lane = lane_of(name)
  local risen = serving - lane.serving
  if risen > 0 then calls.record_lift(name, lane.serving + 1, serving, min(risen, outstanding)) end
  lane.serving = max(lane.serving, serving)
  lane.issued = max(lane.issued, issued, serving)
  keep_tickets()
  return true
end

-- A new line from number 1: tickets of the epochs before are void; who is inside stays inside.
function this.start_epoch(epoch)
  room.epoch = epoch
  room.lanes = { default = { issued = 0, serving = 0, credit = 0 } }
  room.buckets = {}
  to_write.buckets = true
  room.draw = nil
  call('DEL', RETURNERS, SEEN)
  sizes[RETURNERS] = 0
  room.spentTickets = 0
  room.ticketsUntil = 0
end

-- What an operator wants, until room time `ends_at` (nil: no end). Out of `ended` leads a new epoch only
-- (gateway/line/operator-state.ts).
function this.go_to(state, ends_at)
  if room.state == 'ended' and state ~= 'ended' then this.start_epoch(room.epoch + 1) end
  room.state = state
  room.stateUntil = ends_at
  room.stateRev = room.stateRev + 1
end
