-- step/heard: what this caller's next call must find at least (gateway/line/loss.ts, `rememberSeq`).

local GATEWAYS_KEPT = 64

room.seq = room.seq + 1
do
  local heard, place = room.gateways, place_of(caller.gateway)
  local last = #heard
  if place then
    -- Behind the others, so that the one that was silent for longest is pruned.
    for index = place, last - 3 do heard[index] = heard[index + 3] end
    last = last - 3
  end
  heard[last + 1], heard[last + 2], heard[last + 3] = caller.gateway, room.seq, now
  if #heard > 3 * GATEWAYS_KEPT then healing.forget_gateway(heard[1]) end
end
