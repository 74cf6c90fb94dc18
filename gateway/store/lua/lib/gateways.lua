-- lib/gateways: where a gateway stands in `room.gateways` (lib/core), and what happens where one is gone or silent.

local function place_of(name)
  local heard = room.gateways
  for place = 1, #heard, 3 do
    if heard[place] == name then return place end
  end
  return nil
end
