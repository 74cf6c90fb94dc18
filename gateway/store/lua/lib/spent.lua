-- lib/spent: which tickets are spent, each until it expires (gateway/line/spent.ts).

function this.is_spent(id)
  return call('ZSCORE', CLAIMED, id) ~= false
end

-- `is_numbered`: the ticket has a number of this epoch, so that one fewer is out.
function this.spend(id, expires_at, is_numbered)
  local added = call('ZADD', CLAIMED, 'NX', expires_at, id)
  if is_numbered then room.spentTickets = room.spentTickets + added end
end

-- At most 1,000 a step.
function this.prune_spent()
  local due = call('ZCOUNT', CLAIMED, '-inf', room.at)
  if due > 0 then call('ZREMRANGEBYRANK', CLAIMED, 0, min(due, 1000) - 1) end
end
