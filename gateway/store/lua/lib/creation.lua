-- lib/creation: a room as it is before its first law (gateway/line/room.ts, `createRoom`).

local ZEROS = {
  'seq', 'fence', 'revision', 'at', 'offset', 'stateRev', 'seatsRev', 'prunedSeq', 'awakeSince', 'callTokens',
  'claimTokens', 'calledAt', 'recoverUntil', 'restoreUntil', 'heldAt', 'losses', 'unregistered', 'admissions',
  'spentTickets', 'ticketsUntil', 'endedCount', 'spokenAt',
}

-- A room that was forgotten left its next epoch, so that its old tickets are void.
function this.create_room()
  local epoch = tonumber(call('HGET', LINE, 'epoch') or 1)
  call('DEL', unpack(KEYS))
  for _, field in ipairs(ZEROS) do room[field] = 0 end
  room.epoch, room.state, room.server = epoch, 'open', ''
  room.lanes = { default = { issued = 0, serving = 0, credit = 0 } }
  room.gateways, room.factors, room.buckets, room.provisional = {}, {}, {}, {}
  for _, field in ipairs({ 'factors', 'buckets', 'provisional' }) do to_write[field] = true end
  -- Priors: 18 of 20 called come at once, 2 of 20 of the others come late.
  room.freshCalled, room.freshCame, room.oldCalled, room.oldCame = 10, 9, 10, 1
  room.cameByAge = { 3, 3, 2, 0.5, 0.5, 0, 0 }
  room.pace = { one = 0, oneWeight = 0, five = 0, fiveWeight = 0, pending = 0, idleSince = 0 }
end
