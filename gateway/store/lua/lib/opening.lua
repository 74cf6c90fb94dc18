-- lib/opening: a prequeue calls nobody; the size of the draw is frozen once (gateway/line/opening.ts).

function this.is_prequeue()
  local draw = room.draw
  return draw ~= nil and draw.size == nil
end

function this.step_opening()
  local launch, issued = room.law.launch, room.lanes.default.issued
  if not room.draw and launch and room.at >= launch.opensAt - launch.prequeueMs then
    room.draw = { base = issued }
  end
  if this.is_prequeue() and (not launch or room.at >= launch.opensAt) then
    room.draw.size = issued - room.draw.base
  end
end

-- Whether numbers may be called and claimed at this moment (gateway/line/advance.ts).
function this.is_moving()
  return room.state == 'open' and not this.is_prequeue() and room.at >= room.recoverUntil
end
