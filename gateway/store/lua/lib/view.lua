-- lib/view: what everybody may know of a room (gateway/line/view.ts); absent fields are null.

local UNHEARD_MS = 1000
local SHARES_MS = 25000
-- A minute's averages say something from here on: when 10 s were measured (gateway/line/pace.ts).
local LEAST_WEIGHT = 10000 / (60000 + 10000)

local function state_of(some_wait)
  if room.state ~= 'open' then return room.state end
  if is_prequeue() then return 'prequeue' end
  if maintenance_end() then return 'paused' end
  if is_sold_out() then return 'soldout' end
  return some_wait and 'engaged' or 'open'
end

-- The silent ones, and an equal part of what nobody has been promised; what a silent one took along is nobody's else.
local function gateways_view()
  local heard, silent, sharing = room.gateways, {}, 0
  for place = 3, #heard, 3 do
    local at = heard[place]
    if room.at - max(at, room.awakeSince) > UNHEARD_MS then silent[#silent + 1] = heard[place - 2] end
    if room.at - at <= SHARES_MS then sharing = sharing + 1 end
  end
  sharing = max(1, sharing)
  local free, per_minute = free_slots(), rate_per_minute()
  return silent, {
    slots = free ~= math.huge and max(0, floor((free - expected_arrivals()) / sharing)) or nil,
    perMinute = per_minute and per_minute * present_share() / sharing,
  }
end

-- A frozen draw is what it was, whatever the law says by now.
local function draw_view(launch)
  local draw, next_draw = room.draw or { base = 0 }, launch and launch.draw
  local commitment = draw.commitment
  if not draw.opensAt then commitment = next_draw and next_draw.commitment end
  if not commitment then return nil end
  return {
    commitment = commitment, hasBegun = room.draw ~= nil, base = draw.base, size = draw.size,
    opensAt = draw.opensAt or launch.opensAt,
  }
end

local function view_of()
  local lanes, issued, serving, outstanding = {}, 0, 0, 0
  for name, lane in pairs(room.lanes) do
    lanes[name] = { issued = lane.issued, serving = lane.serving }
    issued = issued + lane.issued
    serving = serving + lane.serving
  end
  for _, bucket in ipairs(room.buckets) do outstanding = outstanding + max(0, bucket[CALLED] - bucket[CAME]) end
  local law, pace, late = room.law, room.pace, size_of(RETURNERS)
  local is_measured = pace.oneWeight >= LEAST_WEIGHT
  local silent, share = gateways_view()
  local state, maintained = state_of(issued > serving or late > 0), maintenance_end()
  local factor, per_minute = words_in_force()
  return {
    epoch = room.epoch, seq = room.seq, fence = room.fence, revision = room.revision, at = room.at,
    state = state, operatorState = room.state, stateRev = room.stateRev,
    stateUntil = room.stateUntil or (state == 'paused' and maintained or nil),
    maintenance = maintained and { ['until'] = maintained },
    lawState = law.state,
    lanes = lanes, issued = issued, serving = serving, waiting = issued - serving + late, returners = late,
    sessions = size_of(SESSIONS), limits = law.limits,
    rate = { factor = factor, perMinute = per_minute }, seatsLeft = room.seats, seatsRev = room.seatsRev,
    callsPerMinute = is_measured and { one = pace.one / pace.oneWeight, five = pace.five / pace.fiveWeight } or {},
    cost = cost_of_call(), outstanding = outstanding, admissions = room.admissions,
    opensAt = law.launch and law.launch.opensAt, draw = draw_view(law.launch),
    holdUntil = room.recoverUntil > room.at and room.recoverUntil or 0,
    losses = room.losses, share = share, silent = silent,
  }
end
