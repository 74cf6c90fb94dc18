-- lib/opening: a prequeue calls nobody; the size of the draw is frozen once (gateway/line/opening.ts).

local is_prequeue, step_opening, is_moving
do
  function is_prequeue()
    local draw = room.draw
    return draw ~= nil and draw.size == nil
  end

  function step_opening()
    local launch, issued = room.law.launch, room.lanes.default.issued
    if not room.draw and launch and room.at >= launch.opensAt - launch.prequeueMs then
      room.draw = { base = issued }
    end
    if is_prequeue() and (not launch or room.at >= launch.opensAt) then
      room.draw.size = issued - room.draw.base
    end
  end

  -- Whether numbers may be called and claimed at this moment (gateway/line/advance.ts).
  function is_moving()
    return room.state == 'open' and not is_prequeue() and room.at >= room.recoverUntil
  end
end
