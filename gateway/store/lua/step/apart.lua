-- step/apart: while a gateway is silent, the others use their share alone (gateway/line/apart.ts).

local SILENT_MS = 2000
local FORGOTTEN_MS = 600000

for _, dead in ipairs(caller.gone) do
  if dead ~= caller.gateway then healing.forget_gateway(dead) end
end
do
  local heard, awake_since, silent, place = room.gateways, room.awakeSince, 0, 1
  while heard[place] do
    local name, at = heard[place], heard[place + 2]
    if name ~= caller.gateway and now - at > FORGOTTEN_MS then
      healing.forget_gateway(name)
    else
      -- A room that slept heard of nobody meanwhile.
      if now - max(at, awake_since) > SILENT_MS and name ~= caller.gateway then silent = silent + 1 end
      place = place + 3
    end
  end
  if silent == 0 then
    room.apart = nil
  elseif silent > (room.apart and room.apart.silent or 0) then
    healing.stand_apart(silent)
  end
end
