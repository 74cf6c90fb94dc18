-- step/known: has the caller seen what the room does not know? Mostly not, and there is nothing to heal
-- (gateway/line/loss.ts).

local caller_place = place_of(caller.gateway)
local seq_heard = caller_place and room.gateways[caller_place + 1] or room.prunedSeq
local is_known = room.server == server and caller.lastSeq <= seq_heard
if is_known and floors then
  is_known = floors.seq <= room.seq and floors.fence <= room.fence and floors.epoch <= room.epoch
    and floors.seatsRev <= room.seatsRev and floors.stateRev <= room.stateRev
  if is_known and floors.epoch == room.epoch then
    for name, lane in pairs(floors.lanes) do
      local here = room.lanes[name]
      is_known = is_known and here and lane.issued <= here.issued and lane.serving <= here.serving
    end
    local base, draw = floors.drawBase, room.draw
    is_known = is_known and (not base or draw and draw.base == base and draw.size == floors.drawSize)
  end
end
if not is_known then healing.lift_to_caller(server, seq_heard) end
