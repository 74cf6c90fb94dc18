-- lib/inside: sessions and lapsed sessions as records, read when asked for, written once at the end (redis-room.ts reads them).

-- By id: what this step knows; false: there is no such session.
local inside = {}
-- Records that were changed, to be written.
local marked = {}
local mark, read_sessions, read_session
do
  function mark(session)
    if session.is_marked then return end
    session.is_marked = true
    marked[#marked + 1] = session
  end

  -- `place`: 'live', 'lapsed' or 'gone'; `was`: where the store has it (nil: nowhere), with `packed` details.
  local function record_of(id, packed, place, lease_until)
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
      if inside[id] == nil then
        inside[id] = false
        asked[#asked + 1] = id
      end
    end
    return asked
  end

  function read_sessions(ids)
    local asked = unread(ids)
    for first = 1, #asked, 1000 do
      local last = math.min(first + 999, #asked)
      local details = call('HMGET', INSIDE, unpack(asked, first, last))
      local leases = call('ZMSCORE', SESSIONS, unpack(asked, first, last))
      for index, packed in ipairs(details) do
        local id, lease = asked[first + index - 1], leases[index]
        if packed and lease then
          inside[id] = record_of(id, packed, 'live', lease)
        elseif packed then
          inside[id] = record_of(id, packed, 'lapsed', call('ZSCORE', LAPSED, id))
        end
      end
    end
  end

  function read_session(id)
    if inside[id] ~= nil then return inside[id] end
    inside[id] = false
    local packed = call('HGET', INSIDE, id)
    if packed then
      local lease = call('ZSCORE', SESSIONS, id)
      if lease then
        inside[id] = record_of(id, packed, 'live', lease)
      else
        inside[id] = record_of(id, packed, 'lapsed', call('ZSCORE', LAPSED, id))
      end
    end
    return inside[id]
  end
end
