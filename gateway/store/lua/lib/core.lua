-- lib/core: what every step reads and writes of a room, as one MessagePack array; redis-room-line.ts knows the places too.
-- An array costs a third of what fields of their own cost, in time and in memory. What may be null is false there.

-- lanes: name, issued, serving, credit, name, … gateways: name, seq, at, name, …, longest unheard first.
local function unpack_lanes(flat)
  local lanes = {}
  for place = 1, #flat, 4 do
    lanes[flat[place]] = { issued = flat[place + 1], serving = flat[place + 2], credit = flat[place + 3] }
  end
  return lanes
end

local function pack_lanes(lanes)
  local flat, last = {}, 0
  for name, lane in pairs(lanes) do
    flat[last + 1], flat[last + 2], flat[last + 3], flat[last + 4] = name, lane.issued, lane.serving, lane.credit
    last = last + 4
  end
  return flat
end

local function unpack_core(core)
  return {
    epoch = core[1], seq = core[2], fence = core[3], revision = core[4], at = core[5], offset = core[6],
    state = core[7], stateRev = core[8], seats = core[9] or nil, seatsRev = core[10],
    lanes = unpack_lanes(core[11]), gateways = core[12], prunedSeq = core[13], server = core[14],
    awakeSince = core[15], apart = core[16] or nil, callTokens = core[17], claimTokens = core[18],
    freshCalled = core[19], freshCame = core[20], oldCalled = core[21], oldCame = core[22], cameByAge = core[23],
    calledAt = core[24], recoverUntil = core[25], restoreUntil = core[26], heldAt = core[27], losses = core[28],
    draw = core[29] or nil, unregistered = core[30], admissions = core[31], spentTickets = core[32],
    ticketsUntil = core[33], endedCount = core[34],
    pace = {
      one = core[35], oneWeight = core[36], five = core[37], fiveWeight = core[38],
      pending = core[39], idleSince = core[40],
    },
  }
end

local room = {}

local function pack_core()
  local pace = room.pace
  return encode({
    room.epoch, room.seq, room.fence, room.revision, room.at, room.offset,
    room.state, room.stateRev, room.seats or false, room.seatsRev,
    pack_lanes(room.lanes), room.gateways, room.prunedSeq, room.server,
    room.awakeSince, room.apart or false, room.callTokens, room.claimTokens,
    room.freshCalled, room.freshCame, room.oldCalled, room.oldCame, room.cameByAge,
    room.calledAt, room.recoverUntil, room.restoreUntil, room.heldAt, room.losses,
    room.draw or false, room.unregistered, room.admissions, room.spentTickets,
    room.ticketsUntil, room.endedCount,
    pace.one, pace.oneWeight, pace.five, pace.fiveWeight, pace.pending, pace.idleSince,
  })
end

do
  local fields = call('HMGET', LINE, 'core', 'law', 'buckets')
  if fields[1] then
    room = unpack_core(decode(fields[1]))
    room.law = decode(fields[2])
    room.buckets = decode(fields[3])
  end
end

-- Fields that few steps need.
local function read_field(name)
  room[name] = room[name] or decode(call('HGET', LINE, name))
  return room[name]
end

local function save_line()
  local fields = { 'core', pack_core() }
  for name in pairs(to_write) do
    fields[#fields + 1] = name
    fields[#fields + 1] = encode(room[name])
  end
  call('HSET', LINE, unpack(fields))
end
