-- lib/sessions: who is inside, until when, and who fell out of it lately (gateway/line/sessions.ts).
--- @include "lib/inside"
--- @include "lib/writing"
--- @include "lib/spent"

-- Until the first answer was sent, a session is held this long at a time.
this.FIRST_LEASE_MS = 30000

-- Begins a session; what the step knows of an earlier one of this id is the same record.
function this.open_session(facts)
  local session = known_sessions[facts.id] or facts
  for field, value in pairs(facts) do session[field] = value end
  session.place = 'live'
  known_sessions[session.id] = session
  sizes[SESSIONS] = size_of(SESSIONS) + 1
  if not session.registered then room.unregistered = room.unregistered + 1 end
  this.mark(session)
  return session
end

-- `place`: where it is from now on, 'gone' or 'lapsed'.
function this.end_session(session, place)
  session.place = place
  sizes[SESSIONS] = size_of(SESSIONS) - 1
  if not session.registered then room.unregistered = room.unregistered - 1 end
  this.mark(session)
end

-- Nobody saw an answer of an unspent one: the ticket is good, and its holder is expected once more.
local function lapse(session)
  this.end_session(session, session.spent and 'lapsed' or 'gone')
  if not session.spent then calls.uncount(session.lane, session.number) end
end

-- The session if its lease runs; one whose lease is over is dropped in passing.
function this.live_session(id)
  local session = this.read_session(id)
  if not session or session.place ~= 'live' then return nil end
  if session.leaseUntil > room.at then return session end
  lapse(session)
  return nil
end

-- Who may still send a form: the lease ended less than the grace ago, and was touched.
function this.lapsed_session(id)
  local session = this.read_session(id)
  if not session or session.place ~= 'lapsed' then return nil end
  return session.leaseUntil + room.law.submitGraceMs > room.at and session or nil
end

-- Never shortens; the maximum is a hard end.
function this.extend_lease(session, for_ms)
  local hard_end = session.startedAt + room.law.maxMs
  session.leaseUntil = max(session.leaseUntil, min(room.at + for_ms, hard_end))
  this.mark(session)
end

-- The first answer was sent: the provisional lease gives way to a touch's.
function this.settle_lease(session, for_ms)
  session.leaseUntil = min(room.at + for_ms, session.startedAt + room.law.maxMs)
  this.mark(session)
end

function this.facts_of(session)
  return { id = session.id, startedAt = session.startedAt, leaseUntil = session.leaseUntil }
end

-- At most 1,000 a step, those first whose lease ended first; the others count as live until the next.
function this.drop_lapsed()
  local due = call('ZRANGEBYSCORE', SESSIONS, '-inf', room.at, 'LIMIT', 0, 1000)
  if #due == 0 then return end
  this.read_sessions(due)
  for _, id in ipairs(due) do lapse(known_sessions[id]) end
  -- At once: a grace of 0 is over already.
  this.write_inside()
end

function this.forget_lapsed()
  local over = call('ZRANGEBYSCORE', LAPSED, '-inf', room.at - room.law.submitGraceMs, 'LIMIT', 0, 1000)
  if #over == 0 then return end
  for _, id in ipairs(over) do known_sessions[id] = false end
  send('ZREM', LAPSED, over)
  send('HDEL', INSIDE, over)
end
