-- call: the release tick raises `serving` by what limits, budgets and expected no-shows allow. See
--   gateway/line/call.ts.
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its
--   floors, or ''.
-- ARGV[3]: an empty array.
-- Returns lib/reply's MessagePack map with leases = {{id, startedAt ms, leaseUntil ms, spent, registered}, …} that
--   changed since the caller's `leasesSeen`, and leasesSeq, the next `leasesSeen`; {unknown = true, epoch} for a
--   room without a law.
--- @include "lib/clock"
--- @include "lib/room"
if not room.law then return unknown() end
--- @include "lib/parts"
--- @part "lib/shares"
--- @part "lib/leases"
--- @include "lib/step"
--- @include "lib/reply"

local function callable()
  local late = size_of(RETURNERS)
  local free = min(free_slots() - late - expected_arrivals(), budget_of('callTokens') - late)
  if free <= 0 then return 0 end
  return max(free >= 1 and 1 or 0, floor(free / cost_of_call()))
end

local function call_next(count)
  local given = shares.share_out(count)
  for _, lane in ipairs(names.sorted(given)) do
    local serving = room.lanes[lane].serving
    calls.record_call(lane, serving - given[lane] + 1, serving)
  end
  room.pace.pending = room.pace.pending + count
end

if is_moving() then
  room.calledAt = room.at
  local waiting = waiting_in_all()
  if waiting > 0 then call_next(min(waiting, callable())) end
end
local changed, next_seen = leases.changed_leases(loss_found and 0 or caller.leasesSeen)
return reply({ leases = changed, leasesSeq = next_seen })
