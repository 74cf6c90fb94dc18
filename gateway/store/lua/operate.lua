-- operate: an operator's word on the line; it stands until another one, a law whose own state changed, or its time. See
--   gateway/line/operate.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: {{kind, until: room time in ms, or nil}}.
-- Returns lib/reply's MessagePack map; {unknown = true, epoch} for a room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @include "lib/step"
--- @include "lib/reply"
local STATE_AFTER = { pause = 'paused', offline = 'offline', open = 'open', ['end'] = 'ended' }
local operation = args[1]

healing.go_to(STATE_AFTER[operation.kind], operation['until'])
return reply({})
