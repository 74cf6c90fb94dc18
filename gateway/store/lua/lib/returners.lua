-- lib/returners: late comers, who go first in the order of their numbers (gateway/line/returners.ts).
-- A member is `<lane>\0<number, 16 digits>\0<id>`: all have the score 0, so that Redis keeps them in that order.

local MOST_KEPT = 5000
local UNSEEN_MS = 10000

local function queue_of(lane)
  return '[' .. lane .. '\0', '(' .. lane .. '\1'
end

local function before_number(lane, number)
  return string.format('%s\0%016d\0', lane, number)
end

local function member_of(ticket)
  return before_number(ticket.lane, ticket.number) .. ticket.id
end

-- Late comers of the lane with a smaller number.
function this.returners_ahead(lane, number)
  return call('ZLEXCOUNT', RETURNERS, '[' .. lane .. '\0', '(' .. before_number(lane, number))
end

function this.is_returner(ticket)
  return call('ZSCORE', RETURNERS, member_of(ticket)) ~= false
end

local function remove_members(members)
  if #members == 0 then return end
  local size = size_of(RETURNERS)
  sizes[RETURNERS] = size - call('ZREM', RETURNERS, unpack(members))
  call('ZREM', SEEN, unpack(members))
end

function this.remove_returner(ticket)
  remove_members({ member_of(ticket) })
end

-- Whether there is room for the number: a queue that is full gives up its last for a smaller one.
local function make_place(lane, number)
  local first, last = queue_of(lane)
  if call('ZLEXCOUNT', RETURNERS, first, last) < MOST_KEPT then return true end
  local highest = call('ZREVRANGEBYLEX', RETURNERS, last, first, 'LIMIT', 0, 1)[1]
  if tonumber(highest:sub(#lane + 2, #lane + 17)) <= number then return false end
  remove_members({ highest })
  return true
end

function this.add_returner(ticket)
  local member = member_of(ticket)
  if not this.is_returner(ticket) then
    if not make_place(ticket.lane, ticket.number) then return end
    local size = size_of(RETURNERS)
    sizes[RETURNERS] = size + call('ZADD', RETURNERS, 0, member)
  end
  call('ZADD', SEEN, room.at, member)
end

-- Who has not asked for 10 s is not waited for; at most 1,000 a step.
function this.drop_unseen()
  remove_members(call('ZRANGEBYSCORE', SEEN, '-inf', room.at - UNSEEN_MS, 'LIMIT', 0, 1000))
end
