'use strict';
// Draws the charts of a page and draws them again where it changes. Each figure carries its numbers as JSON; colours come
// from the page's style.
(() => {
  const root = document.documentElement;
  const drawn = new Map();

  const colour = name => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const draw = element => {
    const known = drawn.get(element);
    const data = known ? known.data : JSON.parse(element.querySelector('script').textContent);
    const width = element.clientWidth;
    if (width === 0) return;
    const { height, option } = chartDrawing(data, colour, width);
    element.style.height = height + 'px';
    let chart = known && known.chart;
    if (!chart) {
      const canvas = document.createElement('div');
      canvas.style.cssText = 'width:100%;height:100%';
      element.append(canvas);
      chart = echarts.init(canvas, null, { renderer: 'svg' });
    }
    chart.resize();
    chart.setOption(option, true);
    drawn.set(element, { data, chart, width });
  };

  const elements = [...document.querySelectorAll('.chart')];
  root.classList.add('drawn');
  const drawMissing = within => {
    for (const each of within.querySelectorAll('.chart')) {
      if (!drawn.has(each)) draw(each);
    }
  };
  const sized = new ResizeObserver(entries => {
    for (const entry of entries) {
      const known = drawn.get(entry.target);
      if (known && entry.contentRect.width > 0 && Math.abs(entry.contentRect.width - known.width) > 1) {
        requestAnimationFrame(() => draw(entry.target));
      }
    }
  });
  elements.forEach(each => sized.observe(each));
  // One at a time, so that the page can be read and moved meanwhile; what is folded up is drawn when it is opened.
  const waiting = [...elements];
  const drawNext = () => {
    const next = waiting.shift();
    if (!next) return;
    if (!drawn.has(next)) draw(next);
    setTimeout(drawNext);
  };
  drawNext();
  // A page whose figures change says so, and draws them before they are seen.
  document.addEventListener('corehours:changed', () => {
    for (const [element, { chart }] of drawn) {
      if (!element.isConnected) {
        chart.dispose();
        sized.unobserve(element);
        drawn.delete(element);
      }
    }
    document.querySelectorAll('.chart').forEach(each => {
      if (!drawn.has(each)) {
        draw(each);
        sized.observe(each);
      }
    });
  });
  for (const section of document.querySelectorAll('main > section')) {
    const parts = [...section.querySelectorAll(':scope > .part')];
    if (parts.every(each => each.open)) continue;
    const button = document.createElement('button');
    const all = () => parts.every(each => each.open);
    const label = () => { button.textContent = all() ? 'Fold all' : 'Unfold all'; };
    button.type = 'button';
    button.className = 'unfold';
    button.addEventListener('click', () => {
      const open = !all();
      parts.forEach(each => { each.open = open; });
    });
    section.addEventListener('toggle', label, true);
    label();
    parts[0].before(button);
  }
  document.addEventListener('toggle', event => drawMissing(event.target), true);
  const redraw = () => [...drawn.keys()].forEach(draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    elements.forEach(draw);
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    redraw();
  });
})();
