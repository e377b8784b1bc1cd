'use strict';
// Draws the charts of a report. Each figure carries its numbers as JSON; colours come from the page's style.
(() => {
  const root = document.documentElement;
  const NARROW = 520;
  const FONT = 12;
  const FAMILY = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
  const drawn = new Map();

  const colour = name => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const look = () => ({
    ink: colour('ink'), faint: colour('faint'), rule: colour('rule'), raised: colour('raised'), paper: colour('paper'),
    series: [1, 2, 3, 4, 5, 6, 7, 8].map(each => colour('series-' + each)),
    tone: {
      neutral: colour('neutral'), agrees: colour('agrees'), open: colour('open'), disagrees: colour('disagrees')
    }
  });

  const escape = text => String(text).replace(/[&<>"']/g, each => '&#' + each.charCodeAt(0) + ';');
  const digits = value => {
    if (value === 0) return '0';
    const size = Math.abs(value);
    const units = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
    for (const [unit, letter] of units) {
      if (size >= unit * 10 || (size >= unit && unit > 1e3)) return Number((value / unit).toPrecision(3)) + letter;
    }
    return String(Number(value.toPrecision(4)));
  };

  const text = (theme, more) => Object.assign({ color: theme.faint, fontSize: FONT, fontFamily: FAMILY }, more);
  const tooltip = (theme, formatter) => ({
    trigger: 'item', confine: true, backgroundColor: theme.paper, borderColor: theme.rule,
    textStyle: { color: theme.ink, fontSize: 13 }, extraCssText: 'max-width:22rem;white-space:normal', formatter
  });
  const told = (name, rest) => '<strong>' + escape(name) + '</strong><br>' + escape(rest);
  const valueAxis = (theme, title, more) => Object.assign({
    type: 'value', name: title, nameLocation: 'middle', nameGap: 28, nameTextStyle: text(theme),
    axisLabel: text(theme, { formatter: digits, hideOverlap: true }), axisLine: { show: true, lineStyle: { color: theme.faint } },
    splitLine: { lineStyle: { color: theme.rule } }, minorSplitLine: { show: false }
  }, more);
  const nameAxis = (theme, names, width) => ({
    type: 'category', data: names, inverse: true, axisTick: { show: false },
    axisLine: { lineStyle: { color: theme.rule } },
    axisLabel: text(theme, { color: theme.ink, width, overflow: 'break', interval: 0, lineHeight: 14 })
  });
  /** A logarithmic axis with ticks at powers of two where powers of ten would be too few. */
  const logAxis = (theme, title, low, high, more) => {
    const base = high / low < 100 ? 2 : 10;
    const power = value => Math.log(value) / Math.log(base);
    const min = Math.pow(base, Math.floor(power(low) + 1e-9));
    let max = Math.pow(base, Math.ceil(power(high) - 1e-9));
    if (max <= min) max = min * base;
    return valueAxis(theme, title, Object.assign({ type: 'log', logBase: base, min, max }, more));
  };
  /** Room for names: as much as the longest needs, at most a share of the chart. */
  const nameWidth = (names, width) => {
    const longest = Math.max(...names.map(each => each.length)) * 6.7 + 6;
    return Math.round(Math.min(longest, width * (width < NARROW ? 0.34 : 0.36)));
  };
  const rowHeight = (names, width, least) =>
    Math.max(least, 15 * Math.max(...names.map(each => Math.ceil(each.length * 6.7 / width))) + 6);

  const bars = (data, theme, width) => {
    const names = data.rows.map(each => each.name);
    const room = nameWidth(names, width);
    const many = data.series.length > 1;
    const step = rowHeight(names, room, many ? 34 : 24);
    const bottom = 44;
    const right = 12 + 6.7 * Math.max(...data.rows.flatMap(row => row.bars.map(bar => bar.label.length)));
    const top = many ? 30 : 8;
    const largest = Math.max(...data.rows.flatMap(row => row.bars.map(bar => bar.value)));
    return {
      height: top + step * names.length + bottom,
      option: {
        grid: { left: room + 12, right, top, bottom },
        legend: many ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text(theme, { color: theme.ink }) } : undefined,
        tooltip: tooltip(theme, at => told(at.name, at.seriesName + ': ' + data.rows[at.dataIndex].bars[at.seriesIndex].label)),
        xAxis: valueAxis(theme, data.axis, data.axis.endsWith('(%)') ? { max: Math.min(100, Math.ceil(largest / 10) * 10) || 1 } : {}),
        yAxis: nameAxis(theme, names, room),
        series: data.series.map((name, i) => ({
          name, type: 'bar', barMaxWidth: 14, barGap: '15%',
          itemStyle: { color: theme.series[i], decal: i === 1 ? { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: 'rgba(255,255,255,.35)' } : undefined },
          label: { show: true, position: 'right', color: theme.ink, fontSize: FONT, formatter: at => at.value > 0 ? data.rows[at.dataIndex].bars[i].label : '' },
          data: data.rows.map(row => row.bars[i].value)
        }))
      }
    };
  };

  const SYMBOLS = { neutral: 'circle', agrees: 'circle', open: 'diamond', disagrees: 'triangle' };

  const intervals = (data, theme, width) => {
    const names = data.rows.map(each => each.name);
    const room = nameWidth(names, width);
    const noted = width >= NARROW && data.rows.some(each => each.note);
    const right = noted ? Math.min(150, 18 + 6.6 * Math.max(...data.rows.map(each => each.note.length))) : 16;
    const step = rowHeight(names, room, 24);
    const values = data.rows.flatMap(each => [each.low, each.high]).concat(data.reference ? [data.reference.value] : []);
    const range = (params, api) => {
      const row = data.rows[params.dataIndex];
      const y = api.coord([row.median, params.dataIndex])[1];
      const [from, to] = [api.coord([row.low, 0])[0], api.coord([row.high, 0])[0]];
      const style = { stroke: theme.tone[row.tone], lineWidth: 3, lineCap: 'round' };
      const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style });
      return { type: 'group', children: [line(from, y, to, y), line(from, y - 4, from, y + 4), line(to, y - 4, to, y + 4)] };
    };
    const top = data.reference ? 24 : 8;
    return {
      height: top + step * names.length + 46,
      option: {
        grid: { left: room + 12, right, top, bottom: 46 },
        tooltip: tooltip(theme, at => told(names[at.dataIndex], data.rows[at.dataIndex].label)),
        xAxis: logAxis(theme, data.axis, Math.min(...values), Math.max(...values)),
        yAxis: nameAxis(theme, names, room),
        series: [
          {
            type: 'custom', renderItem: range, data: data.rows.map((row, i) => [row.median, i]),
            markLine: data.reference ? {
              silent: true, symbol: 'none', lineStyle: { color: theme.ink, type: 'dashed', width: 1.5 },
              label: { formatter: data.reference.name, color: theme.ink, fontSize: FONT, position: 'start', rotate: 0 },
              data: [{ xAxis: data.reference.value }]
            } : undefined
          },
          {
            type: 'scatter', symbolSize: 13, z: 4, cursor: 'default',
            data: data.rows.map((row, i) => ({
              value: [row.median, i], symbol: SYMBOLS[row.tone],
              itemStyle: { color: theme.tone[row.tone], borderColor: theme.raised, borderWidth: 1.5 }
            }))
          },
          noted ? {
            type: 'custom', silent: true, data: data.rows.map((row, i) => [row.median, i]), clip: false,
            renderItem: (params, api) => ({
              type: 'text', x: params.coordSys.x + params.coordSys.width + 10, y: api.coord([data.rows[params.dataIndex].median, params.dataIndex])[1],
              style: { text: data.rows[params.dataIndex].note, fill: theme.ink, font: FONT + 'px ' + FAMILY, verticalAlign: 'middle' }
            })
          } : undefined
        ].filter(each => each)
      }
    };
  };

  const spans = (data, theme, width) => {
    const kinds = [...new Set(data.spans.map(each => each.name))];
    const room = nameWidth(data.lanes, width);
    const box = (params, api) => {
      const span = data.spans[params.dataIndex];
      const [x, y] = api.coord([span.start, span.lane]);
      const end = api.coord([span.end, span.lane])[0];
      const height = 30;
      const shape = { x, y: y - height / 2, width: Math.max(1.5, end - x), height };
      const fits = span.name.length * 6.6 + 8 < shape.width;
      return {
        type: 'rect', shape, style: { fill: theme.series[kinds.indexOf(span.name) % theme.series.length], stroke: theme.raised, lineWidth: 1 },
        textContent: fits ? { style: { text: span.name, fill: theme.paper, fontSize: FONT } } : undefined,
        textConfig: { position: 'inside' }
      };
    };
    const legendRows = Math.ceil(kinds.reduce((sum, each) => sum + each.length * 6.7 + 34, 0) / (width - 10));
    const top = 10 + 22 * legendRows;
    return {
      height: top + 46 * data.lanes.length + 46,
      option: {
        grid: { left: room + 12, right: 18, top, bottom: 46 },
        legend: {
          top: 0, left: 0, itemWidth: 14, itemHeight: 10, selectedMode: false, textStyle: text(theme, { color: theme.ink }),
          data: kinds.map((name, i) => ({ name, itemStyle: { color: theme.series[i % theme.series.length] } }))
        },
        tooltip: tooltip(theme, at => told(data.spans[at.dataIndex].name, data.spans[at.dataIndex].label)),
        xAxis: valueAxis(theme, data.axis, { min: 0, max: data.end, axisLabel: text(theme, { formatter: digits, hideOverlap: true, showMaxLabel: false }) }),
        yAxis: nameAxis(theme, data.lanes, room),
        series: [
          { type: 'custom', renderItem: box, encode: { x: [0, 1], y: 2 }, data: data.spans.map(each => [each.start, each.end, each.lane]) },
          ...kinds.map((name, i) => ({ name, type: 'bar', data: [], itemStyle: { color: theme.series[i % theme.series.length] } }))
        ]
      }
    };
  };

  const curve = (data, theme) => {
    const top = Math.max(...data.points.map(each => each.y), ...data.levels.map(each => each.value));
    return {
      height: 280,
      option: {
        grid: { left: 56, right: 18, top: 18, bottom: 46 },
        tooltip: Object.assign(tooltip(theme, at => told(digits(at[0].value[1]), data.vertical + ' at ' + digits(at[0].value[0]))),
          { trigger: 'axis', axisPointer: { lineStyle: { color: theme.faint } } }),
        xAxis: valueAxis(theme, data.horizontal, { min: 0, max: Math.max(...data.points.map(each => each.x)), splitLine: { show: false },
          axisLabel: text(theme, { formatter: digits, hideOverlap: true, showMaxLabel: false }) }),
        yAxis: valueAxis(theme, data.vertical, { nameGap: 40, min: 0, max: top * 1.12, axisLabel: text(theme, { formatter: digits, showMaxLabel: false }) }),
        series: [{
          type: 'line', showSymbol: false, lineStyle: { color: theme.series[0], width: 2 }, itemStyle: { color: theme.series[0] },
          areaStyle: { color: theme.series[0], opacity: 0.16 }, data: data.points.map(each => [each.x, each.y]),
          markLine: {
            silent: true, symbol: 'none',
            data: data.levels.map((each, i) => ({
              yAxis: each.value, lineStyle: { color: theme.series[i === 0 ? 1 : 7], type: i === 0 ? 'dashed' : 'solid', width: 1.5 },
              label: { formatter: each.name, position: i === 0 ? 'insideStartTop' : 'insideEndTop', color: theme.ink, fontSize: FONT }
            }))
          }
        }]
      }
    };
  };

  const roofline = (data, theme) => {
    const limits = [...new Set(data.kernels.map(each => each.limit))];
    const flat = roof => roof.points[0].y === roof.points[1].y;
    const shapes = ['circle', 'rect', 'diamond', 'triangle', 'pin'];
    const xs = data.roofs.flatMap(each => each.points.map(point => point.x));
    const ys = data.roofs.flatMap(each => each.points.map(point => point.y)).concat(data.kernels.map(each => each.y));
    return {
      height: 320,
      option: {
        grid: { left: 58, right: 18, top: 34, bottom: 46 },
        legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: text(theme, { color: theme.ink }), data: limits.map(each => 'held up by ' + each) },
        tooltip: tooltip(theme, at => at.data.told ? told(at.data.told.name, at.data.told.label) : ''),
        xAxis: logAxis(theme, data.horizontal, Math.min(...xs), Math.max(...xs)),
        yAxis: logAxis(theme, data.vertical, Math.min(...ys), Math.max(...ys) * 1.15, { nameGap: 42 }),
        series: [
          ...data.roofs.map(roof => ({
            type: 'line', silent: true, showSymbol: false, lineStyle: { color: theme.ink, width: 1.5 }, data: roof.points.map(each => [each.x, each.y]),
            endLabel: { show: flat(roof), formatter: roof.name, color: theme.ink, fontSize: FONT, align: 'right', verticalAlign: 'bottom', distance: 0, offset: [0, -8] },
            markPoint: flat(roof) ? undefined : {
              symbol: 'circle', symbolSize: 0.1, silent: true,
              label: { show: true, formatter: roof.name, color: theme.ink, fontSize: FONT, align: 'right', offset: [-8, -8] },
              data: [{ coord: [Math.sqrt(roof.points[0].x * roof.points[1].x), Math.sqrt(roof.points[0].y * roof.points[1].y)] }]
            }
          })),
          ...limits.map((limit, i) => ({
            name: 'held up by ' + limit, type: 'scatter', symbol: shapes[i % shapes.length], z: 4,
            itemStyle: { color: theme.series[i % theme.series.length], opacity: 0.75, borderColor: theme.raised, borderWidth: 1 },
            data: data.kernels.filter(each => each.limit === limit).map(each => ({
              value: [each.x, each.y], symbolSize: 7 + 40 * Math.sqrt(each.share), told: each
            }))
          }))
        ]
      }
    };
  };

  const KINDS = { bars, intervals, spans, curve, roofline };

  const draw = element => {
    const known = drawn.get(element);
    const data = known ? known.data : JSON.parse(element.querySelector('script').textContent);
    const width = element.clientWidth;
    if (width === 0) return;
    const { height, option } = KINDS[data.kind](data, look(), width);
    element.style.height = height + 'px';
    let chart = known && known.chart;
    if (!chart) {
      const canvas = document.createElement('div');
      canvas.style.cssText = 'width:100%;height:100%';
      element.append(canvas);
      chart = echarts.init(canvas, null, { renderer: 'svg' });
    }
    chart.resize();
    chart.setOption(Object.assign({ animation: false, textStyle: { fontFamily: FAMILY } }, option), true);
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
