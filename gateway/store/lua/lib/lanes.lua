-- lib/lanes: numbers by lane (gateway/line/lanes.ts), and whether they may be called (opening.ts, advance.ts).

-- A ticket's or a floor's lane, which an older law may have named.
local function lane_of(name)
  local lane = room.lanes[name]
  if not lane then
    lane = { issued = 0, serving = 0, credit = 0 }
    room.lanes[name] = lane
  end
  return lane
end

local function waiting_in_all()
  local waiting = 0
  for _, lane in pairs(room.lanes) do waiting = waiting + (lane.issued - lane.serving) end
  return waiting
end

-- Numbers were given: until their tickets expire, any of them may be shown.
local function keep_tickets()
  room.ticketsUntil = max(room.ticketsUntil, room.at + room.law.ticketMs)
end

local function is_prequeue()
  local draw = room.draw
  return draw ~= nil and draw.size == nil
end

-- The end of the maintenance that the room is in (gateway/line/maintenance.ts); nil: it is in none.
local function maintenance_end()
  for _, window in ipairs(room.law.maintenance or {}) do
    if room.at >= window.from and room.at < window['until'] then return window['until'] end
  end
  return nil
end

-- Whether numbers may be called and claimed at this moment.
local function is_moving()
  return room.state == 'open' and room.at >= room.recoverUntil and not is_prequeue() and not maintenance_end()
end

-- Part of the rate that is for the gateways that are present (gateway/line/apart.ts).
local function present_share()
  local apart = room.apart
  if not apart then return 1 end
  local known = max(#room.gateways / 3, apart.silent + 1)
  return (known - apart.silent) / known
end

-- Sessions that began (or, below 0, were told to have ended) while gateways are silent.
local function use_share(count)
  local apart = room.apart
  if apart and apart.left then apart.left = apart.left - count end
end
