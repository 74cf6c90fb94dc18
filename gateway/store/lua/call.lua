-- call: the release tick raises `serving` by what limits, budgets and expected no-shows allow. (gateway/line/call.ts)
-- KEYS: the room's nine, in the order of redis-keys.ts. ARGV[1]: caller, MessagePack (times in ms); ARGV[2]: its floors, or ''.
-- ARGV[3]: an empty array.
-- Returns lib/reply's MessagePack map with leases = {{id, startedAt ms, leaseUntil ms, spent, registered}, …} that changed since the caller's `leasesSeen`, and leasesSeq, the next `leasesSeen`; {unknown = true, epoch} for a room without a law.
--- @include "lib/step"
--- @part "lib/shares"
--- @part "lib/leases"
--- @include "lib/reply"
if not room.law then return unknown() end

local function callable()
  local late = size_of(RETURNERS)
  local free = math.min(budget.free_slots() - late - expected.expected_arrivals(), budget.call_budget() - late)
  if free <= 0 then return 0 end
  return math.max(free >= 1 and 1 or 0, math.floor(free / cost.cost_of_call()))
end

local function call_next(count)
  local given = shares.share_out(count)
  for _, lane in ipairs(lanes.sorted_names(given)) do
    local serving = room.lanes[lane].serving
    buckets.record_call(lane, serving - given[lane] + 1, serving)
  end
  room.pace.pending = room.pace.pending + count
end

step()
if opening.is_moving() then
  room.calledAt = room.at
  local waiting = lanes.waiting_in_all()
  if waiting > 0 then call_next(math.min(waiting, callable())) end
end
local changed, next_seen = leases.changed_leases(loss_found and 0 or caller.leasesSeen)
return reply({ leases = changed, leasesSeq = next_seen })
