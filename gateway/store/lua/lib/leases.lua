-- lib/leases: which sessions' leases changed since the caller asked last, for its memory and its disk.

local LEASES_A_CALL = 500

-- Of one write all or none, so that `seen` can say how far they were told.
local function ids_changed_since(seen)
  local from = '(' .. string.format('%.17g', seen)
  local page = call('ZRANGEBYSCORE', CHANGED, from, '+inf', 'WITHSCORES', 'LIMIT', 0, LEASES_A_CALL)
  if #page < 2 * LEASES_A_CALL then return page, room.seq end
  local last = page[#page]
  return call('ZRANGEBYSCORE', CHANGED, from, last, 'WITHSCORES'), tonumber(last)
end

-- Answers the leases and what to hand in as `seen` the next time. A call itself changes none.
function this.changed_leases(seen)
  local page, next_seen = ids_changed_since(seen)
  local ids, leases = {}, {}
  for index = 1, #page, 2 do ids[#ids + 1] = page[index] end
  sessions.read_sessions(ids)
  for _, id in ipairs(ids) do
    local session = known_sessions[id]
    if session and session.place == 'live' then
      leases[#leases + 1] = { id, session.startedAt, session.leaseUntil, session.spent, session.registered }
    end
  end
  return leases, next_seen
end
