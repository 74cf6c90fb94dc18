-- step/opening: a prequeue begins and ends, and the size of the draw is frozen once (gateway/line/opening.ts).

do
  local launch, draw = room.law.launch, room.draw
  if not draw and launch and now >= launch.opensAt - launch.prequeueMs then
    draw = { base = room.lanes.default.issued }
    room.draw = draw
  end
  if draw and not draw.size and (not launch or now >= launch.opensAt) then
    draw.size = room.lanes.default.issued - draw.base
    draw.opensAt = launch and launch.opensAt or now
    draw.commitment = launch and launch.draw and launch.draw.commitment or nil
  end
end
