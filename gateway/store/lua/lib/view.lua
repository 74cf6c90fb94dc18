-- lib/view: what everybody may know of a room (gateway/line/view.ts); absent fields are null.

local function state_of(some_wait)
  if room.state ~= 'open' then return room.state end
  if opening.is_prequeue() then return 'prequeue' end
  if room.seats and room.seats <= 0 then return 'soldout' end
  return (some_wait or size_of(RETURNERS) > 0) and 'engaged' or 'open'
end

-- An equal part of what nobody has been promised; what a silent gateway took along is nobody's else.
local function share_of()
  local gateways, free = apart.sharing_gateways(), budget.free_slots()
  local per_minute = room.law.limits.admissionsPerMinute
  return {
    slots = free ~= math.huge and math.max(0, math.floor((free - expected.expected_arrivals()) / gateways)) or nil,
    perMinute = per_minute and per_minute * apart.present_share() / gateways,
  }
end

local function draw_view(launch)
  if not launch or not launch.draw then return nil end
  local draw = room.draw or { base = 0 }
  return { commitment = launch.draw.commitment, base = draw.base, size = draw.size }
end

function this.view_of()
  local lanes, issued, serving = {}, 0, 0
  for name, lane in pairs(room.lanes) do
    lanes[name] = { issued = lane.issued, serving = lane.serving }
    issued = issued + lane.issued
    serving = serving + lane.serving
  end
  local law, returners = room.law, size_of(RETURNERS)
  return {
    epoch = room.epoch, seq = room.seq, fence = room.fence, revision = room.revision, at = room.at,
    state = state_of(issued > serving),
    operatorState = room.state, stateRev = room.stateRev, lawState = law.state,
    lanes = lanes, issued = issued, serving = serving,
    waiting = issued - serving + returners, returners = returners,
    sessions = size_of(SESSIONS), limits = law.limits,
    seatsLeft = room.seats, seatsRev = room.seatsRev,
    callsPerMinute = pace.calls_per_minute(), cost = cost.cost_of_call(), outstanding = expected.outstanding(),
    admissions = room.admissions, opensAt = law.launch and law.launch.opensAt,
    draw = draw_view(law.launch),
    holdUntil = room.recoverUntil > room.at and room.recoverUntil or 0,
    losses = room.losses, share = share_of(), silent = apart.silent_gateways(),
  }
end
