-- lib/inside: sessions and lapsed sessions as records, read when asked for, written once at the end (redis-room.ts
-- reads them).

function this.mark(session)
  if session.is_marked then return end
  session.is_marked = true
  marked[#marked + 1] = session
end

-- `place`: 'live', 'lapsed' or 'gone'; `was`: where the store has it (nil: nowhere), with `packed` details.
local function record_of(id, packed, lease_until)
  local place = lease_until and 'live' or 'lapsed'
  lease_until = lease_until or call('ZSCORE', LAPSED, id)
  local startedAt, ticketUntil, lane, number, spent, registered = unpack(decode(packed))
  return {
    id = id, startedAt = startedAt, ticketUntil = ticketUntil, lane = lane, number = number,
    spent = spent, registered = registered,
    leaseUntil = tonumber(lease_until), place = place, was = place, packed = packed,
  }
end

-- Those of the ids that were not asked for before.
local function unread(ids)
  local asked = {}
  for _, id in ipairs(ids) do
    if known_sessions[id] == nil then
      known_sessions[id] = false
      asked[#asked + 1] = id
    end
  end
  return asked
end

function this.read_sessions(ids)
  local asked = unread(ids)
  for first = 1, #asked, 1000 do
    local last = min(first + 999, #asked)
    local details = call('HMGET', INSIDE, unpack(asked, first, last))
    local leases = call('ZMSCORE', SESSIONS, unpack(asked, first, last))
    for index, packed in ipairs(details) do
      local id, lease = asked[first + index - 1], leases[index]
      if packed then known_sessions[id] = record_of(id, packed, lease) end
    end
  end
end

function this.read_session(id)
  if known_sessions[id] ~= nil then return known_sessions[id] end
  known_sessions[id] = false
  local packed = call('HGET', INSIDE, id)
  if packed then known_sessions[id] = record_of(id, packed, call('ZSCORE', SESSIONS, id)) end
  return known_sessions[id]
end
