-- lib/core: what every step reads and writes of a room, as one MessagePack array; redis-room-line.ts knows the places
-- too.
-- One array costs a third of what fields of their own cost, in time and in memory. What may be null is false there.
-- lanes: name, issued, serving, credit, name, … gateways: name, seq, at, name, …, longest unheard first.

local room = {}

do
  local fields = call('HMGET', LINE, 'core', 'law', 'buckets')
  if fields[1] then
    local core = decode(fields[1])
    local flat, lanes = core[11], {}
    for place = 1, #flat, 4 do
      lanes[flat[place]] = { issued = flat[place + 1], serving = flat[place + 2], credit = flat[place + 3] }
    end
    room = {
      law = decode(fields[2]), buckets = decode(fields[3]), factors = nil, provisional = nil,
      epoch = core[1], seq = core[2], fence = core[3], revision = core[4], at = core[5], offset = core[6],
      state = core[7], stateRev = core[8], seats = core[9] or nil, seatsRev = core[10],
      lanes = lanes, gateways = core[12], prunedSeq = core[13], server = core[14],
      awakeSince = core[15], apart = core[16] or nil, callTokens = core[17], claimTokens = core[18],
      freshCalled = core[19], freshCame = core[20], oldCalled = core[21], oldCame = core[22], cameByAge = core[23],
      calledAt = core[24], recoverUntil = core[25], restoreUntil = core[26], heldAt = core[27], losses = core[28],
      draw = core[29] or nil, unregistered = core[30], admissions = core[31], spentTickets = core[32],
      ticketsUntil = core[33], endedCount = core[34],
      pace = {
        one = core[35], oneWeight = core[36], five = core[37], fiveWeight = core[38],
        pending = core[39], idleSince = core[40],
      },
      -- Earlier versions ended before it.
      stateUntil = core[41] or nil, spokenAt = core[42] or 0,
    }
  end
end

-- Fields that few steps need.
local function read_field(name)
  room[name] = room[name] or decode(call('HGET', LINE, name))
  return room[name]
end

local function save_room()
  local pace, flat, last = room.pace, {}, 0
  local issued, serving = 0, 0
  for name, lane in pairs(room.lanes) do
    issued, serving = issued + lane.issued, serving + lane.serving
    flat[last + 1], flat[last + 2], flat[last + 3], flat[last + 4] = name, lane.issued, lane.serving, lane.credit
    last = last + 4
  end
  local core = encode({
    room.epoch, room.seq, room.fence, room.revision, room.at, room.offset,
    room.state, room.stateRev, room.seats or false, room.seatsRev,
    flat, room.gateways, room.prunedSeq, room.server,
    room.awakeSince, room.apart or false, room.callTokens, room.claimTokens,
    room.freshCalled, room.freshCame, room.oldCalled, room.oldCame, room.cameByAge,
    room.calledAt, room.recoverUntil, room.restoreUntil, room.heldAt, room.losses,
    room.draw or false, room.unregistered, room.admissions, room.spentTickets,
    room.ticketsUntil, room.endedCount,
    pace.one, pace.oneWeight, pace.five, pace.fiveWeight, pace.pending, pace.idleSince,
    room.stateUntil or false, room.spokenAt,
  })
  -- For gateways that look whether anything happened, and for people: ticks of a quiet room leave it as it is.
  local look = string.format(
    'epoch %d issued %d serving %d state %s.%d seats %d revision %d losses %d',
    room.epoch, issued, serving, room.state, room.stateRev, room.seatsRev, room.revision, room.losses
  )
  call('HSET', LINE, 'core', core, 'look', look)
  for name in pairs(to_write) do call('HSET', LINE, name, encode(room[name])) end
end
