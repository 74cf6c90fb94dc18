-- lib/silence: gateways that are forgotten, and what is left for the others while some are silent
-- (gateway/line/apart.ts).

function this.forget_gateway(name)
  local place = place_of(name)
  if not place then return end
  room.prunedSeq = max(room.prunedSeq, room.gateways[place + 1])
  for _ = 1, 3 do table.remove(room.gateways, place) end
end

-- Of what was free for those present before, those present now keep their part. No limit: `left` is nil.
function this.stand_apart(silent)
  local known, apart = #room.gateways / 3, room.apart
  local present_before = known - (apart and apart.silent or 0)
  local free = free_by_limits()
  if apart then free = apart.left or math.huge end
  local left
  if free ~= math.huge then left = floor(max(0, free) * (known - silent) / present_before) end
  room.apart = { left = left, silent = silent }
end
