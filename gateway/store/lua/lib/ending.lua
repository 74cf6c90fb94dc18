-- lib/ending: sessions that are over for good (gateway/line/retire.ts).
local ENDED_KEPT = 1000

-- Newest last. Nobody brings it back from now on.
local function note_ended(id)
  room.endedCount = room.endedCount + 1
  call('ZADD', ENDED, room.endedCount, id)
  call('ZREMRANGEBYRANK', ENDED, 0, -ENDED_KEPT - 1)
end

local function end_for_good(session)
  sessions.end_session(session, 'gone')
  use_share(-1)
  if not session.spent then sessions.spend(session.id, session.ticketUntil, session.number > 0) end
  note_ended(session.id)
end
