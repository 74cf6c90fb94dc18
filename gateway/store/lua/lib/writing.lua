-- lib/writing: writes the sessions that were changed, each once, however often the step changed it.

local function pack_details(session)
  return encode({
    session.startedAt, session.ticketUntil, session.lane, session.number, session.spent, session.registered,
  })
end

local function add_pair(list, first, second)
  list[#list + 1] = first
  list[#list + 1] = second
end

local function write_details(lists, session)
  local packed = pack_details(session)
  if packed == session.packed then return end
  add_pair(lists.details, session.id, packed)
  session.packed = packed
end

local function write_session(lists, session)
  local id, was, place = session.id, session.was, session.place
  if place == 'live' then
    add_pair(lists.leases, session.leaseUntil, id)
    add_pair(lists.changed, room.seq, id)
  elseif was == 'live' then
    lists.ended[#lists.ended + 1] = id
  end
  if place == 'lapsed' then add_pair(lists.lapsed, session.leaseUntil, id)
  elseif was == 'lapsed' then lists.back[#lists.back + 1] = id end
  session.was, session.is_marked = place, nil
  if place ~= 'gone' then return write_details(lists, session) end
  if was then lists.gone[#lists.gone + 1] = id end
  session.was, session.packed = nil, nil
end

function this.write_inside()
  if #marked == 0 then return end
  local lists = { leases = {}, changed = {}, details = {}, ended = {}, lapsed = {}, back = {}, gone = {} }
  for _, session in ipairs(marked) do write_session(lists, session) end
  marked = {}
  send('ZADD', SESSIONS, lists.leases)
  send('ZADD', CHANGED, lists.changed)
  send('HSET', INSIDE, lists.details)
  send('ZREM', SESSIONS, lists.ended)
  send('ZREM', CHANGED, lists.ended)
  send('ZADD', LAPSED, lists.lapsed)
  send('ZREM', LAPSED, lists.back)
  send('HDEL', INSIDE, lists.gone)
end
