-- lib/room-time: room time (gateway/line/time.ts): never backwards, never carried away by a clock that jumps.

local BELIEVED_GAP_MS = 5000

-- `time`: the store's clock, ms. Answers room time, ms.
function this.tell_room_time(time)
  local now = time + room.offset
  if caller.lastAt > 0 then
    if now - room.at > BELIEVED_GAP_MS then now = math.min(now, math.floor(caller.lastAt + caller.sinceMs)) end
    now = math.max(now, caller.lastAt)
  end
  now = math.max(now, room.at)
  room.offset = now - time
  return now
end
