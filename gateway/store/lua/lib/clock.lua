-- lib/clock: what the store itself says of time and of itself. Tests put a clock of their own in its place.

-- Whole milliseconds.
local function store_time()
  local now = redis.call('TIME')
  return now[1] * 1000 + math.floor(now[2] / 1000)
end

-- Another one after each restart and failover.
local function server_id()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
end
