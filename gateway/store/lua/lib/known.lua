-- lib/known: whether a caller has seen anything that the room does not know; mostly not, and there is nothing to heal.

local function is_lane_known(name, floor)
  local lane = room.lanes[name]
  return lane and floor.issued <= lane.issued and floor.serving <= lane.serving
end

local function is_draw_known()
  local draw = room.draw
  return not floors.drawBase or (draw and draw.base == floors.drawBase and draw.size == floors.drawSize)
end

local function is_line_known()
  for name, floor in pairs(floors.lanes) do
    if not is_lane_known(name, floor) then return false end
  end
  return is_draw_known()
end

local function are_floors_known()
  if not floors then return true end
  if floors.seq > room.seq or floors.fence > room.fence or floors.epoch > room.epoch then return false end
  if floors.seatsRev > room.seatsRev or floors.stateRev > room.stateRev then return false end
  return floors.epoch < room.epoch or is_line_known()
end

-- `server`: the process that answers.
function this.is_all_known(server)
  return room.server == server and caller.lastSeq <= gateways.seq_heard_by(caller.gateway) and are_floors_known()
end
