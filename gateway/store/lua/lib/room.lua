-- lib/room: what the caller hands in, and the room as it stands (gateway/line/room.ts). `line` is a hash of
-- MessagePack fields:
-- core (lib/core), law, buckets, factors, provisional. Of a room that was forgotten there is only `epoch`, its next
-- life's.

local LINE, INSIDE, SESSIONS, LAPSED, CLAIMED = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local RETURNERS, SEEN, ENDED, CHANGED = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local call, encode, decode = redis.call, cmsgpack.pack, cmsgpack.unpack
local min, max, floor = math.min, math.max, math.floor

local caller = decode(ARGV[1])
local floors = ARGV[2] ~= '' and decode(ARGV[2]) or nil
local args = decode(ARGV[3])

-- Whether this step found that the store had lost something.
local loss_found = false
-- By id: what this step knows of sessions (lib/inside); false: there is none. And those of them that it changed.
local known_sessions, marked = {}, {}
-- Fields beside the core that are to be written: whoever changes them says so here.
local to_write = {}
-- Sizes of the sets that this step asked for, and changed since.
local sizes = {}

-- A part of the script is made when it is first used: making all functions each time would cost more than they do.
local lazy = {
  __index = function(this, name)
    setmetatable(this, nil)
    this.fill(this)
    return this[name]
  end,
}

local function size_of(key)
  local size = sizes[key]
  if not size then
    size = call('ZCARD', key)
    sizes[key] = size
  end
  return size
end

-- Sends long lists in parts: `unpack` fails at 8,000. Even, since scores come before their members.
local function send(command, key, list)
  for first = 1, #list, 2000 do
    call(command, key, unpack(list, first, min(first + 1999, #list)))
  end
end

--- @include "lib/core"

-- A room without a law: never configured, forgotten, or lost. Nothing is done.
local function unknown()
  local epoch = call('HGET', LINE, 'epoch')
  return encode({ unknown = true, epoch = epoch and tonumber(epoch) or nil })
end
