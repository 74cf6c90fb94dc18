-- step/over: what is over is dropped (gateway/line/advance.ts); steps of one millisecond change nothing.

if goes_on then
  if call('ZCOUNT', SESSIONS, '-inf', now) > 0 then sessions.drop_lapsed() end
  if call('ZCOUNT', LAPSED, '-inf', now - room.law.submitGraceMs) > 0 then sessions.forget_lapsed() end
  if call('ZCOUNT', CLAIMED, '-inf', now) > 0 then sessions.prune_spent() end
  if size_of(RETURNERS) > 0 then returners.drop_unseen() end
end
