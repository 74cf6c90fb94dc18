// Draws the curves of a report, and lets its rules be copied. Asks nobody for anything: all data is in the page.
(() => {
  const DASHES = [[], [6, 4]];
  const HEIGHT = 210;
  const FLAG_ROOM = 22;
  const numbers = [0, 1, 2].map((digits) => new Intl.NumberFormat('en', { maximumFractionDigits: digits }));
  const significant = (value) =>
    numbers[Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2].format(value);
  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    const rest = String(whole % 60).padStart(2, '0');
    const minutes = Math.floor(whole / 60);
    return minutes < 60
      ? `${minutes}:${rest}`
      : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
  };
  const valueText = (value, unit) => {
    if (value === null || value === undefined) return '–';
    if (unit === 'share') return `${significant(value * 100)} %`;
    if (unit === 'ms') return value < 1000 ? `${significant(value)} ms` : `${significant(value / 1000)} s`;
    return significant(value);
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  // On a narrow screen the words are set smaller, and lose what the line's colour tells as well.
  const fitting = (ctx, label, room, ratio) => {
    const short = label.replace(/^wanted: /, '');
    for (const [text, size] of [
      [label, 12],
      [label, 11],
      [short, 11],
    ]) {
      ctx.font = `${size * ratio}px system-ui, sans-serif`;
      if (ctx.measureText(text).width <= room) return text;
    }
    return short;
  };
  // What is drawn over the curves: bounds as broken lines with their words, deeds as numbered flags above the picture.
  const drawLimit = (plot, { label, value, fromSeconds, untilSeconds, kind }) => {
    const { ctx, bbox, scales } = plot;
    const ratio = devicePixelRatio;
    const from = Math.max(fromSeconds, scales.x.min);
    const until = Math.min(untilSeconds, scales.x.max);
    if (from >= until) return;
    const y = plot.valToPos(value, 'y', true);
    const left = plot.valToPos(from, 'x', true);
    const right = plot.valToPos(until, 'x', true);
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour(kind === 'bound' ? 'bad' : 'soft');
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(kind === 'bound' ? [2 * ratio, 3 * ratio] : [8 * ratio, 5 * ratio]);
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    // What drew before has left its own alignment behind.
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    const text = fitting(ctx, label, bbox.width - 4 * ratio, ratio);
    const width = ctx.measureText(text).width;
    const isHigh = y - bbox.top < 18 * ratio;
    const x = Math.max(bbox.left + 2 * ratio, Math.min(right, bbox.left + bbox.width) - width - 4 * ratio);
    const base = isHigh ? y + 15 * ratio : y - 5 * ratio;
    // A curve behind the words would make both unreadable.
    ctx.lineJoin = 'round';
    ctx.setLineDash([]);
    ctx.strokeStyle = colour('card');
    ctx.lineWidth = 4 * ratio;
    ctx.strokeText(text, x, base);
    ctx.fillText(text, x, base);
    ctx.restore();
  };
  // Deeds so close that their flags would lie over each other share one.
  const flagsOf = (plot, marks) => {
    const flags = [];
    marks.forEach(({ atSeconds }, index) => {
      if (atSeconds < plot.scales.x.min || atSeconds > plot.scales.x.max) return;
      const x = plot.valToPos(atSeconds, 'x', true);
      const last = flags[flags.length - 1];
      if (last && x - last.x < 20 * devicePixelRatio) last.until = index + 1;
      else flags.push({ x, from: index + 1, until: index + 1 });
    });
    return flags;
  };
  const drawMarks = (plot, marks) => {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.lineWidth = ratio;
    ctx.setLineDash([]);
    for (const { x, from, until } of flagsOf(plot, marks)) {
      const text = from === until ? String(from) : `${from}–${until}`;
      const half = Math.max(8 * ratio, ctx.measureText(text).width / 2 + 5 * ratio);
      const middle = Math.min(x, bbox.left + bbox.width + 8 * ratio - half);
      ctx.strokeStyle = colour('soft');
      ctx.beginPath();
      ctx.moveTo(x, bbox.top - 4 * ratio);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.fillStyle = colour('ink');
      ctx.beginPath();
      ctx.roundRect(middle - half, bbox.top - 20 * ratio, 2 * half, 16 * ratio, 8 * ratio);
      ctx.fill();
      ctx.fillStyle = colour('card');
      ctx.fillText(text, middle, bbox.top - 11.5 * ratio);
    }
    ctx.restore();
  };

  const axis = (more) => ({
    stroke: () => colour('soft'),
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
    ...more,
  });
  const axesOf = (unit) => [
    axis({
      incrs: [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200],
      space: 56,
      size: 26,
      values: (_, ticks) => ticks.map(clock),
    }),
    axis({
      size: 58,
      space: 36,
      values: (_, ticks) => ticks.map((tick) => valueText(tick, unit)),
    }),
  ];
  const seriesOf = ({ series, unit }) => [
    { label: 'Time', value: (_, seconds) => (seconds === null ? '' : clock(seconds)) },
    ...series.map(({ label }, index) => ({
      label,
      stroke: () => colour(`curve-${index + 1}`),
      width: 2,
      dash: DASHES[index],
      points: { show: false },
      // Without a moment that is looked at there is nothing to be said; at one that nobody saw there is.
      value: (plot, value) => (plot.cursor.idx == null ? '' : valueText(value, unit)),
    })),
  ];
  const optionsOf = (chart, marks, width) => ({
    width,
    height: HEIGHT,
    padding: [marks.length === 0 ? 8 : FLAG_ROOM, 18, 0, 0],
    scales: { x: { time: false }, y: { range: () => [0, chart.top * 1.08] } },
    axes: axesOf(chart.unit),
    series: seriesOf(chart),
    cursor: { sync: { key: 'report' }, points: { size: 7 }, y: false },
    legend: {
      markers: {
        width: 2,
        stroke: (_, index) => colour(`curve-${index}`),
        dash: (_, index) => (index === 2 ? 'dashed' : 'solid'),
        fill: () => 'transparent',
      },
    },
    hooks: {
      setLegend: [(plot) => plot.root.classList.toggle('is-read', plot.cursor.idx != null)],
      draw: [
        (plot) => {
          for (const limit of chart.limits) drawLimit(plot, limit);
          drawMarks(plot, marks);
        },
      ],
    },
  });

  // The arrow keys move over the seconds as a pointer does, in all charts at once.
  const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 };
  const moveByKeys = (place, plot, atSeconds) => {
    place.tabIndex = 0;
    place.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') return plot.setCursor({ left: -10, top: -10 }, true, true);
      const step = STEPS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const index = Math.max(0, Math.min(atSeconds.length - 1, (plot.cursor.idx ?? 0) + step));
      // Told to the others as well: they read the same moment.
      plot.setCursor({ left: plot.valToPos(atSeconds[index], 'x'), top: 1 }, true, true);
    });
  };

  const drawAll = ({ atSeconds, marks, charts }) => {
    const places = [...document.querySelectorAll('[data-chart]')];
    const plots = places.map((place, index) => {
      const chart = charts[index];
      const plot = new uPlot(
        optionsOf(chart, marks, place.clientWidth),
        [atSeconds, ...chart.series.map(({ values }) => values)],
        place,
      );
      plot.root.classList.toggle('is-single', chart.series.length === 1);
      place.setAttribute('role', 'group');
      place.setAttribute('aria-label', `${chart.title}, over time; what it shows is told below`);
      moveByKeys(place, plot, atSeconds);
      return plot;
    });
    const redraw = () => {
      for (const plot of plots) plot.redraw(false);
    };
    new ResizeObserver(() => {
      places.forEach((place, index) => {
        const width = place.clientWidth;
        if (width > 0 && width !== plots[index].width) plots[index].setSize({ width, height: HEIGHT });
      });
    }).observe(places[0]);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    // Paper is light, whatever the screen is.
    const forPrint = (isPrinted) => {
      document.documentElement.toggleAttribute('data-print', isPrinted);
      redraw();
    };
    addEventListener('beforeprint', () => forPrint(true));
    addEventListener('afterprint', () => forPrint(false));
  };

  const copyFrom = async (button) => {
    const code = document.getElementById(button.dataset.copy);
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(`${code.textContent}\n`);
      button.textContent = 'Copied';
    } catch (_) {
      // A file that was opened from a disk may not write to the clipboard: the text is marked, to be copied by hand.
      getSelection().selectAllChildren(code);
      button.textContent = 'Marked: copy it by hand';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 2500);
  };
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => copyFrom(button));
  }
  const data = document.getElementById('chart-data');
  if (data) drawAll(JSON.parse(data.textContent));
  for (const element of document.querySelectorAll('.drawn')) element.hidden = false;
})();
