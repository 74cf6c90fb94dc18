// Renews the status page in place every ten seconds: no reload, so that nobody's scroll or focus moves.
(() => {
  const main = document.querySelector('[data-headgate-status]');
  if (!main) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  });
  const localTimes = () => {
    document.querySelectorAll('time[datetime]').forEach((element) => {
      const at = new Date(element.getAttribute('datetime'));
      if (!Number.isNaN(at.getTime())) element.textContent = format.format(at);
    });
  };
  const renew = () => {
    if (document.hidden) return plan();
    const request = new XMLHttpRequest();
    request.open('GET', location.href);
    request.setRequestHeader('accept', 'text/html');
    request.responseType = 'document';
    request.timeout = 8000;
    request.onloadend = () => {
      const fresh = request.response ? request.response.querySelector('[data-headgate-status]') : null;
      if (fresh && fresh.innerHTML !== main.innerHTML) {
        main.textContent = '';
        while (fresh.firstChild) main.appendChild(fresh.firstChild);
        localTimes();
      }
      plan();
    };
    request.send();
  };
  const plan = () => setTimeout(renew, 10000 + Math.random() * 1000);
  localTimes();
  plan();
})();
