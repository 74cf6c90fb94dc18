/** Names, units and meaning of all that a rehearsal sees, and an expectation may ask for. */

export interface Figure {
  unit: string;
  /** `moment`: seen each second; `end`: once, when all is over. */
  seen: 'moment' | 'end';
  meaning: string;
}

const moment = (unit: string, meaning: string): Figure => ({ unit, seen: 'moment', meaning });
const end = (unit: string, meaning: string): Figure => ({ unit, seen: 'end', meaning });

export const FIGURES: Readonly<Record<string, Figure>> = {
  'arrivals.perMinute': moment('a minute', 'visitors who came, over the last 5 s'),
  'line.waiting': moment('visitors', 'in line, over all rooms, as the gate tells'),
  'line.called': moment('a minute', 'numbers called, over the last 5 s'),
  'inside.visitors': moment('visitors', 'sessions at the platform, by its own books'),
  'inside.overLimit': moment('sessions', 'sessions above what the room allows, by the platform’s books'),
  'admitted.perMinute': moment(
    'a minute',
    'visitors whom the platform saw for the first time, over the last 5 s',
  ),
  'platform.p95Ms': moment('ms', 'time of an answer at the platform, 95th percentile of the last second'),
  'platform.failedShare': moment('share', 'requests that the platform failed, of the last 5 s'),
  'platform.databaseWaiting': moment('requests', 'waiting for a database connection'),
  'platform.connections': moment('connections', 'open at the platform, leaked ones too'),
  'platform.requestsPerSecond': moment('a second', 'requests at the platform, over the last 5 s'),
  'gate.unqueuedShare': moment(
    'share',
    'of requests that belong into a line, those that went around it (coverage)',
  ),
  'gate.findings': moment('findings', 'open findings of severity warning or critical'),
  'gate.alarms': moment('alarms', 'findings and judgements about growing connections so far'),
  'gate.shedPerSecond': moment('a second', 'requests that the gate answered with HG_SHED, over the last 5 s'),
  'gate.memoryMb': moment('MB', 'resident memory of the busiest gateway'),
  'visitors.failedShare': moment(
    'share',
    'requests of visitors that failed or were answered 5xx other than a wait, of the last 5 s',
  ),
  'visitors.requestsPerSecond': moment('a second', 'requests that visitors sent, over the last 5 s'),
  'visitors.p95Ms': moment(
    'ms',
    'from the intended send time to the answer, 95th percentile of the last 5 s',
  ),
  'visitors.emptyAnswers': moment('answers', 'API answers 2xx without a body so far'),
  'generator.delayMs': moment('ms', 'how late the generator sent, 99th percentile of the last 5 s'),

  'rule.isActive': end(
    '0 or 1',
    'whether the rule that the scenario pins is in force at the end, at every gateway',
  ),
  'drift.reported': end('reports', 'drift that was reported while it was played'),
  'visitors.came': end('visitors', 'who came'),
  'visitors.registered': end('visitors', 'registered, as they were told'),
  'visitors.thrownOut': end('visitors', 'were inside and were told to wait'),
  'visitors.gaveUp': end('visitors', 'gave up after failures'),
  'visitors.aroundTheLine': end(
    'share',
    'of answers at the addresses that visitors came to, those that no line stood before: let by, or not from a gate at all',
  ),
  'visitors.failedRequests': end('requests', 'failed or answered 5xx other than a wait'),
  'visitors.medianWaitSeconds': end('seconds', 'from arrival to admission, of all who were admitted'),
  'visitors.p95WaitSeconds': end('seconds', 'from arrival to admission'),
  'visitors.longestLine': end('visitors', 'most in line at once'),
  'visitors.drainedAfterSeconds': end(
    'seconds',
    'from the opening, or the first arrival, until nobody waited any more',
  ),
  'visitors.queued': end('visitors', 'were shown a waiting page'),
  'honest.medianWaitSeconds': end(
    'seconds',
    'median wait of everybody but bots; of who is still in line in the end, so far',
  ),
  'logins.answered': end('share', 'API logins that got a token, or were told when to come again'),
  'draw.lateShare': end(
    'share',
    'of those who came in the later half of the time before the opening, in the earlier half of the line; .5 is fair',
  ),
  'laws.overLimit': end('sessions', 'most sessions above the limit, by the platform’s books'),
  'laws.lostPlaces': end('breaches', 'places lost'),
  'laws.orderBroken': end('breaches', 'called out of order'),
  'laws.positionsGrown': end('breaches', 'positions that grew'),
  'gate.memoryGrowthMb': end(
    'MB',
    'resident memory of the busiest gateway, end against after the first tenth',
  ),
};
