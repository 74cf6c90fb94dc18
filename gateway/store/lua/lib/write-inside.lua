-- lib/write-inside: writes the sessions that were changed, each once, however often the step changed it.

local write_inside
do
  local function pack_details(session)
    return encode({
      session.startedAt, session.ticketUntil, session.lane, session.number, session.spent, session.registered,
    })
  end

  local function add_pair(list, first, second)
    list[#list + 1] = first
    list[#list + 1] = second
  end

  local function write_live(lists, session)
    add_pair(lists.leases, session.leaseUntil, session.id)
    add_pair(lists.changed, room.seq, session.id)
    local packed = pack_details(session)
    if packed ~= session.packed then add_pair(lists.details, session.id, packed) end
    session.packed = packed
  end

  local function write_session(lists, session)
    local was, place = session.was, session.place
    if place == 'live' then write_live(lists, session)
    elseif was == 'live' then lists.ended[#lists.ended + 1] = session.id end
    if place == 'lapsed' then add_pair(lists.lapsed, session.leaseUntil, session.id)
    elseif was == 'lapsed' then lists.back[#lists.back + 1] = session.id end
    if place == 'gone' and was then
      lists.gone[#lists.gone + 1] = session.id
      inside[session.id] = false
    end
    session.was, session.is_marked = place, nil
  end

  function write_inside()
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
end
