-- retire: after a loss, sessions that a gateway knows to have ended free their slots again. See
--   gateway/line/retire.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {{id, …}}.
-- Returns lib/reply's MessagePack map with retired: how many still had a slot; {unknown = true, epoch} for a room
--   without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"
--- @include "lib/ending"

local ids = args[1]

local function retire(id)
  local session = sessions.live_session(id)
  if session then
    end_for_good(session)
    return 1
  end
  if not call('ZSCORE', ENDED, id) then note_ended(id) end
  return 0
end

local retired = 0
if room.at < room.restoreUntil then
  sessions.read_sessions(ids)
  for _, id in ipairs(ids) do retired = retired + retire(id) end
end
return reply({ retired = retired })
