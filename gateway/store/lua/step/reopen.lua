-- step/reopen: a pause that was given an end is over (gateway/line/operator-state.ts).

if room.stateUntil and now >= room.stateUntil then healing.go_to('open') end
