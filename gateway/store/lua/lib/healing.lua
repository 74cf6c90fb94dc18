-- lib/healing: compares what the caller has seen with what the room knows (gateway/line/loss.ts, `liftToCaller`).
--- @include "lib/loss"
--- @include "lib/silence"

local function lift_draw()
  local base, size, draw = floors.drawBase, floors.drawSize, room.draw
  if not base or (draw and draw.base == base and draw.size == size) then return false end
  if draw and draw.base == base and draw.size then return false end
  if draw and draw.base > base then return false end
  room.draw = { base = base, size = size, opensAt = floors.drawOpensAt, commitment = floors.drawCommitment }
  return true
end

local function lift_line()
  local is_loss, outstanding = false, floors.outstanding
  for _, name in ipairs(names.sorted(floors.lanes)) do
    local floor, known = floors.lanes[name], room.lanes[name]
    local risen = max(0, floor.serving - (known and known.serving or 0))
    if this.lift_lane(name, floor.issued, floor.serving, outstanding) then is_loss = true end
    outstanding = outstanding - min(outstanding, risen)
  end
  return lift_draw() or is_loss
end

-- Of seats and state the newest wins. A law that changed while the store was being lost is newer still.
local function take_newest()
  local is_newer = floors.seatsRev > room.seatsRev or floors.stateRev > room.stateRev
  -- Floors that name the law's state name its seats too: none are nil.
  local names_law = floors.lawState ~= nil
  if floors.seatsRev > room.seatsRev then
    local is_law_newer = names_law and floors.lawSeats ~= room.law.limits.seats
    if not is_law_newer then room.seats = floors.seats end
    room.seatsRev = floors.seatsRev + (is_law_newer and 1 or 0)
  end
  if floors.stateRev > room.stateRev then
    local is_law_newer = names_law and floors.lawState ~= room.law.state
    if not is_law_newer then room.state = floors.state end
    room.stateUntil = not is_law_newer and floors.stateUntil or nil
    room.stateRev = floors.stateRev + (is_law_newer and 1 or 0)
  end
  return is_newer
end

local function lift_to_floors()
  local is_loss = floors.seq > room.seq or floors.fence > room.fence
  room.seq = max(room.seq, floors.seq)
  room.fence = max(room.fence, floors.fence)
  if floors.epoch > room.epoch then
    this.start_epoch(floors.epoch)
    is_loss = true
  end
  if floors.epoch == room.epoch then is_loss = lift_line() or is_loss end
  return take_newest() or is_loss
end

-- `server`: the process that answers; `seq_heard`: that of this caller's last step.
function this.lift_to_caller(server, seq_heard)
  local is_loss = caller.lastSeq > seq_heard or (room.server ~= '' and room.server ~= server)
  room.server = server
  room.seq = max(room.seq, caller.lastSeq)
  if floors and lift_to_floors() then is_loss = true end
  if is_loss then this.note_loss(false) end
end
