-- lib/room: the state of one room (gateway/line/room.ts): read where it is asked for, written where it changed.

local LINE, INSIDE, SESSIONS, LAPSED, CLAIMED = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local RETURNERS, SEEN, ENDED, CHANGED = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local call, encode, decode = redis.call, cmsgpack.pack, cmsgpack.unpack

local caller = decode(ARGV[1])
local floors = ARGV[2] ~= '' and decode(ARGV[2]) or nil
local args = decode(ARGV[3])

local PACKED = {
  law = true, lanes = true, buckets = true, gateways = true, factors = true,
  pace = true, cameByAge = true, draw = true, apart = true, provisional = true,
}
local TEXT = { server = true, state = true }

-- Fields as the hash has them, and scalars as they were read.
local stored, before = {}, {}
local flat = call('HGETALL', LINE)
for index = 1, #flat, 2 do stored[flat[index]] = flat[index + 1] end

-- An absent field is nil: TypeScript's null.
local room = setmetatable({}, {
  __index = function(self, field)
    local raw = stored[field]
    if not raw then return nil end
    local value = raw
    if PACKED[field] then value = decode(raw) elseif not TEXT[field] then value = tonumber(raw) end
    before[field] = value
    rawset(self, field, value)
    return value
  end,
})

-- For fields that may be nil: what is only set to nil would be read from the store again.
local cleared = {}
local function put(field, value)
  if value == nil and stored[field] then
    cleared[#cleared + 1] = field
    stored[field] = nil
  end
  before[field] = nil
  rawset(room, field, value)
end

-- Redis writes numbers with 17 digits, so that they come back exactly. The law is only ever replaced, never changed.
local function changed_fields()
  local fields = {}
  for field, value in pairs(room) do
    local is_same = before[field] == value
    if PACKED[field] and not (field == 'law' and is_same) then
      value = encode(value)
      is_same = stored[field] == value
    end
    if not is_same then
      fields[#fields + 1] = field
      fields[#fields + 1] = value
    end
  end
  return fields
end

local function save_line()
  if #cleared > 0 then call('HDEL', LINE, unpack(cleared)) end
  local fields = changed_fields()
  if #fields > 0 then call('HSET', LINE, unpack(fields)) end
end

-- Sends long lists in parts: `unpack` fails at 8,000. Even, since scores come before their members.
local function send(command, key, list)
  for first = 1, #list, 2000 do
    call(command, key, unpack(list, first, math.min(first + 1999, #list)))
  end
end

-- By id: what this step knows of sessions (lib/inside); false: there is none. And those of them that it changed.
local known_sessions, marked = {}, {}
-- Whether this step found that the store had lost something.
local loss_found = false

-- A part is made when it is first used: most steps need few of them.
local lazy = {
  __index = function(this, name)
    setmetatable(this, nil)
    this.fill(this)
    return this[name]
  end,
}

-- Members of sets that this step asked about and changed.
local sizes = {}
local function size_of(key)
  sizes[key] = sizes[key] or call('ZCARD', key)
  return sizes[key]
end

-- A room without a law: never configured, forgotten (its next life has `epoch`), or lost. Nothing is done.
local function unknown()
  return encode({ unknown = true, epoch = room.epoch })
end
