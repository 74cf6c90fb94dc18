// Keeps a page of the line fresh: asks for the visitor's ticket as often as told and never more, and leads on when it is time.
// Runs on browsers of 2017 (no build step): only whole-line comments, nothing newer than ES2017.
(() => {
  const main = document.querySelector('[data-headgate]');
  if (!main) return;
  const page = main.dataset;
  const texts = JSON.parse(page.texts);
  const numbers = new Intl.NumberFormat(texts.intl, { maximumFractionDigits: 0 });
  const plurals = window.Intl && Intl.PluralRules ? new Intl.PluralRules(texts.intl) : null;
  const part = (name) => main.querySelector(`[data-hg="${name}"]`);
  const put = (name, text) => {
    const element = part(name);
    if (element && element.textContent !== text) element.textContent = text;
  };

  let pollMs = Number(page.poll) * 1000;
  let position = page.position === '' ? null : Number(page.position);
  let number = page.number;
  let start = page.start === '' ? position : Number(page.start);
  let saidPosition = position;
  let saidAt = Date.now();
  let failures = 0;
  let askedAt = Date.now();
  let timer = 0;
  let stopped = false;

  // A screen reader hears what matters, not each poll.
  const say = (text) => {
    saidAt = Date.now();
    put('say', text);
  };
  const note = (text) => {
    const element = part('note');
    if (!element) return;
    element.hidden = text === '';
    put('note', text);
  };

  // Times of the page's own navigations in this tab: a gate that refuses must not be asked in a fast loop.
  const key = `headgate ${page.ticket}`;
  const goings = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) || '[]');
      return kept.filter((at) => at > Date.now() - 600000 && at <= Date.now());
    } catch (_) {
      return null;
    }
  };
  const restMs = () => {
    const past = goings();
    const turnMs = Math.max(2000, pollMs);
    if (past === null) return turnMs;
    if (past.length < 2) return 0;
    const restedMs = Date.now() - past[past.length - 1];
    return Math.max(0, Math.min(20000, turnMs * 2 ** (past.length - 2)) - restedMs);
  };
  const go = () => {
    stopped = true;
    clearTimeout(timer);
    setTimeout(() => {
      try {
        sessionStorage.setItem(key, JSON.stringify((goings() || []).slice(-9).concat(Date.now())));
      } catch (_) {}
      location.replace(page.target);
      // Still here: the network failed, or the answer was no page.
      setTimeout(again, 30000);
    }, restMs());
  };
  const again = () => {
    stopped = false;
    plan();
  };

  const waitText = (band) => {
    if (!band) return texts.unknown;
    if (band.high < 60) return texts.under;
    const inHours = band.high >= 5400;
    const unit = inHours ? 3600 : 60;
    const low = Math.max(1, Math.floor(band.low / unit));
    const high = Math.max(low, Math.ceil(band.high / unit));
    const forms = inHours ? texts.hours : texts.minutes;
    const range = low === high ? numbers.format(high) : `${numbers.format(low)}\u2013${numbers.format(high)}`;
    return ((plurals && forms[plurals.select(high)]) || forms.other).replace('{range}', range);
  };

  const localTimes = () => {
    const format = new Intl.DateTimeFormat(texts.intl, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZoneName: 'short',
    });
    document.querySelectorAll('time[datetime]').forEach((element) => {
      const at = new Date(element.getAttribute('datetime'));
      if (!Number.isNaN(at.getTime())) element.textContent = format.format(at);
    });
  };

  let shownMessages = null;
  const showMessages = (messages) => {
    const list = part('messages');
    const shown = JSON.stringify(messages);
    if (!list || shown === shownMessages) return;
    if (shownMessages !== null && messages.length > 0) say(texts.message);
    shownMessages = shown;
    list.textContent = '';
    messages
      .slice()
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .slice(0, 5)
      .forEach((message) => {
        const row = list.appendChild(document.createElement('li'));
        const time = row.appendChild(document.createElement('time'));
        time.setAttribute('datetime', message.at);
        time.textContent = message.at;
        const text = row.appendChild(document.createElement('p'));
        text.dir = 'auto';
        text.textContent = message.text;
      });
    part('news').hidden = messages.length === 0;
    localTimes();
  };

  const showPosition = (next) => {
    if (position === null || next < position) position = next;
    const text = numbers.format(position);
    put('position', text);
    document.title = document.title.replace(/^(\([^)]*\) )?/, `(${text}) `);
    const bar = part('progress');
    if (bar && start > 0) bar.value = Math.round(Math.min(1, Math.max(0, 1 - position / start)) * 100);
    const isNear = position <= 5 && position < saidPosition;
    if ((position <= saidPosition / 2 || isNear) && Date.now() - saidAt > 20000) {
      saidPosition = position;
      say(texts.position.replace('{position}', text));
    }
  };

  const show = (ticket) => {
    if (ticket.pollAfterSeconds > 0) pollMs = ticket.pollAfterSeconds * 1000;
    if (failures > 1) say(texts.back);
    failures = 0;
    note('');
    if (ticket.state !== page.headgate) {
      if (ticket.state === 'called' || ticket.state === 'admitted') say(texts.turn);
      go();
      return;
    }
    // A called visitor whom the gate asked to come back: the page is the question.
    if (ticket.state === 'called') {
      go();
      return;
    }
    if (String(ticket.number) !== number) {
      number = String(ticket.number);
      position = null;
      start = saidPosition = ticket.position;
    }
    if (ticket.number != null) put('number', numbers.format(ticket.number));
    if (ticket.position != null) showPosition(ticket.position);
    put('wait', waitText(ticket.expectedWaitSeconds));
    showMessages(ticket.messages || []);
    plan();
  };

  const failed = () => {
    failures++;
    // One lost poll is nothing to alarm anybody with.
    if (failures > 1) note(texts.lost);
    if (failures === 2) say(texts.lost);
    plan();
  };

  // No ticket by this cookie: asked for anew once; a browser that keeps no cookies would else take number after number.
  const lost = () => {
    if ((goings() || [0]).length > 0) {
      stopped = true;
      note(texts.none);
      say(texts.none);
    } else go();
  };

  const ask = () => {
    if (stopped) return;
    askedAt = Date.now();
    if (page.headgate === 'failed' || page.headgate === 'busy' || page.ticket === '') {
      go();
      return;
    }
    const request = new XMLHttpRequest();
    request.open('GET', page.ticket);
    request.setRequestHeader('accept', 'application/json');
    request.timeout = 15000;
    request.onloadend = () => {
      if (stopped) return;
      if (request.status === 404) return lost();
      let ticket = null;
      try {
        ticket = request.status === 200 ? JSON.parse(request.responseText) : null;
      } catch (_) {}
      if (ticket === null || !ticket.state) failed();
      else show(ticket);
    };
    request.send();
  };

  // After failures the time doubles up to a minute, spread so that a crowd does not come back at once.
  const plan = () => {
    clearTimeout(timer);
    if (stopped || !(pollMs > 0)) return;
    const backedOff = Math.max(pollMs, Math.min(60000, pollMs * 2 ** Math.max(0, failures - 1)));
    const spread = failures > 0 ? 1 + Math.random() / 2 : 1 + Math.random() / 20;
    timer = setTimeout(ask, Math.max(0, askedAt + backedOff * spread - Date.now()));
  };

  // Timers sleep in hidden tabs and pocketed phones: on return the question that is due is asked at once.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) plan();
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) again();
  });
  window.addEventListener('online', () => {
    failures = Math.min(failures, 1);
    plan();
  });

  const leaving = document.querySelector('[data-hg="leaving"]');
  if (leaving) leaving.hidden = false;
  const form = document.querySelector('[data-hg="leave"]');
  if (form) {
    form.addEventListener('submit', () => {
      stopped = true;
      clearTimeout(timer);
      setTimeout(() => note(texts.left), 1500);
    });
  }

  const countdown = part('countdown');
  if (countdown && page.opens) {
    // By the gate's clock at loading and this device's passing time, never by its calendar.
    const endsAt = Date.now() + Number(page.opens) - Number(page.now);
    const two = (value) => String(value).padStart(2, '0');
    const tick = () => {
      const left = Math.max(0, Math.round((endsAt - Date.now()) / 1000));
      countdown.hidden = left === 0 || left > 172800;
      const hours = Math.floor(left / 3600);
      countdown.lastElementChild.textContent = `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    };
    tick();
    setInterval(tick, 1000);
  }

  localTimes();
  plan();
})();
