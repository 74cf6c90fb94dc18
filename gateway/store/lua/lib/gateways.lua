-- lib/gateways: who was heard when, and with which `seq` (gateway/line/loss.ts, `rememberSeq`).
-- `gateways` is one flat array, longest unheard first: name, seq, room time of the last call (ms), name, …

local GATEWAYS_KEPT = 64

local function place_of(name)
  local gateways = room.gateways
  for place = 1, #gateways, 3 do
    if gateways[place] == name then return place end
  end
  return nil
end

function this.count_gateways()
  return #room.gateways / 3
end

local function forget_at(place)
  local seq = room.gateways[place + 1]
  for _ = 1, 3 do table.remove(room.gateways, place) end
  return seq
end

function this.forget_gateway(name)
  local place = place_of(name)
  if place then room.prunedSeq = math.max(room.prunedSeq, forget_at(place)) end
end

function this.seq_heard_by(name)
  local place = place_of(name)
  return place and room.gateways[place + 1] or room.prunedSeq
end

-- What this caller's next call must find at least.
function this.remember_seq(name)
  local place = place_of(name)
  if place then forget_at(place) end
  local gateways = room.gateways
  local last = #gateways
  gateways[last + 1], gateways[last + 2], gateways[last + 3] = name, room.seq, room.at
  if this.count_gateways() > GATEWAYS_KEPT then this.forget_gateway(gateways[1]) end
end
