-- lib/apart: while gateways are silent, the others use their share alone (gateway/line/apart.ts).

local UNHEARD_MS = 1000
local SILENT_MS = 2000
local FORGOTTEN_MS = 600000
local SHARES_MS = 25000

-- A room that slept heard of nobody meanwhile.
local function unheard_ms(at)
  return room.at - math.max(at, room.awakeSince)
end

-- Forgets who is dead or was never found; answers how many others are silent.
local function count_silent()
  for _, dead in ipairs(caller.gone) do
    if dead ~= caller.gateway then gateways.forget_gateway(dead) end
  end
  local heard, silent, place = room.gateways, 0, 1
  while heard[place] do
    local name, at = heard[place], heard[place + 2]
    if name ~= caller.gateway and room.at - at > FORGOTTEN_MS then
      gateways.forget_gateway(name)
    else
      if name ~= caller.gateway and unheard_ms(at) > SILENT_MS then silent = silent + 1 end
      place = place + 3
    end
  end
  return silent
end

-- Of what was free for those present before, those present now keep their part. No limit: `left` is nil.
local function stand_apart(silent)
  local known, apart = gateways.count_gateways(), room.apart
  local present_before = known - (apart and apart.silent or 0)
  local free = budget.free_by_limits()
  if apart then free = apart.left or math.huge end
  local left
  if free ~= math.huge then left = math.floor(math.max(0, free) * (known - silent) / present_before) end
  room.apart = { left = left, silent = silent }
end

function this.step_apart()
  local silent = count_silent()
  if silent == 0 then
    room.apart = nil
  elseif silent > (room.apart and room.apart.silent or 0) then
    stand_apart(silent)
  end
end

function this.use_share(count)
  local apart = room.apart
  if apart and apart.left then apart.left = apart.left - count end
end

-- Part of the rate that is for those who are present.
function this.present_share()
  local apart = room.apart
  if not apart then return 1 end
  local known = math.max(gateways.count_gateways(), apart.silent + 1)
  return (known - apart.silent) / known
end

function this.silent_gateways()
  local names = {}
  for place = 1, #room.gateways, 3 do
    if unheard_ms(room.gateways[place + 2]) > UNHEARD_MS then names[#names + 1] = room.gateways[place] end
  end
  return names
end

function this.sharing_gateways()
  local count = 0
  for place = 3, #room.gateways, 3 do
    if room.at - room.gateways[place] <= SHARES_MS then count = count + 1 end
  end
  return math.max(1, count)
end
