'use strict';
// What charts look like: figures and colours in, options of Apache ECharts out. Nothing here knows of a page, so that
// charts are drawn alike in a browser and outside of one; the language is kept to what Mozilla Rhino reads.
const chartDrawing = (() => {
  const NARROW = 520;
  const FONT = 12;
  // Single quotes: in an image the text stands in an attribute.
  const FAMILY = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

  const look = colour => ({
    ink: colour('ink'), faint: colour('faint'), rule: colour('rule'), raised: colour('raised'), paper: colour('paper'),
    series: [1, 2, 3, 4, 5, 6, 7, 8].map(each => colour('series-' + each)),
    tone: {
      neutral: colour('neutral'), agrees: colour('agrees'), open: colour('open'), disagrees: colour('disagrees')
    }
  });

  const most = values => values.reduce((one, other) => Math.max(one, other), -Infinity);
  const least = values => values.reduce((one, other) => Math.min(one, other), Infinity);
  const flat = lists => lists.reduce((all, each) => all.concat(each), []);
  const distinct = values => values.filter((each, i) => values.indexOf(each) === i);
  const textWidth = text => echarts.format.getTextRect(text, FONT + 'px ' + FAMILY).width;

  const escape = text => String(text).replace(/[&<>"']/g, each => '&#' + each.charCodeAt(0) + ';');
  const digits = value => {
    if (value === 0) return '0';
    const size = Math.abs(value);
    const units = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
    const unit = units.find(each => size >= each[0] * 10 || (size >= each[0] && each[0] > 1e3));
    if (unit) return Number((value / unit[0]).toPrecision(3)) + unit[1];
    return String(Number(value.toPrecision(size < 0.1 ? 3 : 4)));
  };

  const text = (theme, more) => Object.assign({ color: theme.faint, fontSize: FONT, fontFamily: FAMILY }, more);
  const tooltip = (theme, formatter) => ({
    trigger: 'item', confine: true, backgroundColor: theme.paper, borderColor: theme.rule,
    textStyle: { color: theme.ink, fontSize: 13 }, extraCssText: 'max-width:22rem;white-space:normal', formatter
  });
  const told = (name, rest) => '<strong>' + escape(name) + '</strong><br>' + escape(rest);
  const valueAxis = (theme, title, more) => Object.assign({
    type: 'value', name: title, nameLocation: 'middle', nameGap: 28, nameTextStyle: text(theme),
    axisLabel: text(theme, { formatter: digits, hideOverlap: true }), axisLine: { show: true, onZero: false, lineStyle: { color: theme.faint } },
    splitLine: { lineStyle: { color: theme.rule } }, minorSplitLine: { show: false }
  }, more);
  /** A name in lines of limited width, broken at spaces, after hyphens and underscores; a longer word stays whole. */
  const wrapped = (name, width) => {
    const all = [];
    let line = '';
    name.split(/(?<=[-_ ·])/).forEach(word => {
      if (line && textWidth((line + word).trim()) > width) {
        all.push(line.trim());
        line = '';
      }
      line += word;
    });
    return all.concat(line.trim());
  };
  const nameAxis = (theme, names, width) => ({
    type: 'category', data: names, inverse: true, axisTick: { show: false },
    axisLine: { onZero: false, lineStyle: { color: theme.rule } },
    axisLabel: text(theme, {
      color: theme.ink, width: width, overflow: 'break', interval: 0, lineHeight: 14, formatter: name => wrapped(name, width).join('\n')
    })
  });
  /**
   * A logarithmic axis: an axis of exponents, with a tick at every power of two, or of ten where the ends are further
   * apart than doublings says. at gives the exponent of a value.
   */
  const logAxis = (theme, title, low, high, more, doublings) => {
    const base = high / low < Math.pow(2, doublings || 6.6) ? 2 : 10;
    const at = value => Math.log(value) / Math.log(base);
    const min = Math.floor(at(low) + 1e-9);
    const max = Math.max(min + 1, Math.ceil(at(high) - 1e-9));
    const axis = valueAxis(theme, title, Object.assign({
      min, max, interval: Math.ceil((max - min) / 8),
      axisLabel: text(theme, { formatter: exponent => digits(Math.pow(base, exponent)), hideOverlap: true })
    }, more));
    return { axis, at };
  };
  /** Room for names: as much as the longest needs, at most a share of the chart. */
  const nameWidth = (names, width) =>
    Math.ceil(Math.min(most(names.map(textWidth)) + 8, width * (width < NARROW ? 0.36 : 0.4)));
  const rowHeight = (names, width, atLeast) => Math.max(atLeast, 14 * most(names.map(each => wrapped(each, width).length)) + 8);

  /** Where an axis of shares ends: on one of its own ticks. */
  const percentEnd = largest => {
    const step = largest > 50 ? 20 : largest > 20 ? 10 : 5;
    return Math.min(100, Math.ceil(largest / step) * step) || 1;
  };

  const bars = (data, theme, width) => {
    const names = data.rows.map(each => each.name);
    const room = nameWidth(names, width);
    const many = data.series.length > 1;
    const step = rowHeight(names, room, many ? 34 : 24);
    const bottom = 44;
    const right = 12 + most(flat(data.rows.map(row => row.bars.map(bar => textWidth(bar.label)))));
    const top = many ? 30 : 8;
    const largest = most(flat(data.rows.map(row => row.bars.map(bar => bar.value))));
    return {
      height: top + step * names.length + bottom,
      option: {
        grid: { left: room + 12, right, top, bottom },
        legend: many ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text(theme, { color: theme.ink }) } : undefined,
        tooltip: tooltip(theme, at => told(at.name, at.seriesName + ': ' + data.rows[at.dataIndex].bars[at.seriesIndex].label)),
        xAxis: valueAxis(theme, data.axis, data.axis.endsWith('(%)') ? { max: percentEnd(largest) } : {}),
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
    const right = noted ? 18 + most(data.rows.map(each => textWidth(each.note))) : 16;
    const step = rowHeight(names, room, 24);
    const values = flat(data.rows.map(each => [each.low, each.high])).concat(data.reference ? [data.reference.value] : []);
    const log = logAxis(theme, data.axis, least(values), most(values));
    const range = (params, api) => {
      const row = data.rows[params.dataIndex];
      const y = api.coord([log.at(row.median), params.dataIndex])[1];
      const from = api.coord([log.at(row.low), 0])[0];
      const to = api.coord([log.at(row.high), 0])[0];
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
        xAxis: log.axis,
        yAxis: nameAxis(theme, names, room),
        series: [
          {
            type: 'custom', renderItem: range, data: data.rows.map((row, i) => [log.at(row.median), i]),
            markLine: data.reference ? {
              silent: true, symbol: 'none', lineStyle: { color: theme.ink, type: 'dashed', width: 1.5 },
              label: { formatter: data.reference.name, color: theme.ink, fontSize: FONT, position: 'start', rotate: 0 },
              data: [{ xAxis: log.at(data.reference.value) }]
            } : undefined
          },
          {
            type: 'scatter', symbolSize: 13, z: 4, cursor: 'default',
            data: data.rows.map((row, i) => ({
              value: [log.at(row.median), i], symbol: SYMBOLS[row.tone],
              itemStyle: { color: theme.tone[row.tone], opacity: 1, borderColor: theme.raised, borderWidth: 1.5 }
            }))
          },
          noted ? {
            type: 'custom', silent: true, data: data.rows.map((row, i) => [log.at(row.median), i]), clip: false,
            renderItem: (params, api) => ({
              type: 'text', x: params.coordSys.x + params.coordSys.width + 10, y: api.coord([log.at(data.rows[params.dataIndex].median), params.dataIndex])[1],
              style: { text: data.rows[params.dataIndex].note, fill: theme.ink, font: FONT + 'px ' + FAMILY, verticalAlign: 'middle' }
            })
          } : undefined
        ].filter(each => each)
      }
    };
  };

  const spans = (data, theme, width) => {
    const kinds = distinct(data.spans.map(each => each.name));
    const room = nameWidth(data.lanes, width);
    const box = (params, api) => {
      const span = data.spans[params.dataIndex];
      const start = api.coord([span.start, span.lane]);
      const end = api.coord([span.end, span.lane])[0];
      const height = 30;
      const shape = { x: start[0], y: start[1] - height / 2, width: Math.max(1.5, end - start[0]), height };
      const fits = textWidth(span.name) + 8 < shape.width;
      return {
        type: 'rect', shape, style: { fill: theme.series[kinds.indexOf(span.name) % theme.series.length], stroke: theme.raised, lineWidth: 1 },
        textContent: fits ? { style: { text: span.name, fill: theme.paper, fontSize: FONT } } : undefined,
        textConfig: { position: 'inside' }
      };
    };
    const legendRows = Math.ceil(kinds.reduce((sum, each) => sum + textWidth(each) + 34, 0) / (width - 10));
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
        ].concat(kinds.map((name, i) => ({ name, type: 'bar', data: [], itemStyle: { color: theme.series[i % theme.series.length] } })))
      }
    };
  };

  /** Words that lines may run behind. */
  const onTop = theme => ({ color: theme.ink, fontSize: FONT, textBorderColor: theme.raised, textBorderWidth: 3 });

  const curve = (data, theme) => {
    const top = most(data.points.map(each => each.y).concat(data.levels.map(each => each.value)));
    return {
      height: 280,
      option: {
        grid: { left: 56, right: 18, top: 18, bottom: 46 },
        tooltip: Object.assign(tooltip(theme, at => told(digits(at[0].value[1]), data.vertical + ' at ' + digits(at[0].value[0]))),
          { trigger: 'axis', axisPointer: { lineStyle: { color: theme.faint } } }),
        xAxis: valueAxis(theme, data.horizontal, { min: 0, max: most(data.points.map(each => each.x)), splitLine: { show: false },
          axisLabel: text(theme, { formatter: digits, hideOverlap: true, showMaxLabel: false }) }),
        yAxis: valueAxis(theme, data.vertical, { nameGap: 40, min: 0, max: top * 1.12, axisLabel: text(theme, { formatter: digits, showMaxLabel: false }) }),
        series: [{
          type: 'line', showSymbol: false, lineStyle: { color: theme.series[0], width: 2 }, itemStyle: { color: theme.series[0] },
          areaStyle: { color: theme.series[0], opacity: 0.16 }, data: data.points.map(each => [each.x, each.y]),
          markLine: {
            silent: true, symbol: 'none',
            data: data.levels.map((each, i) => ({
              yAxis: each.value, lineStyle: { color: theme.series[i === 0 ? 1 : 7], type: i === 0 ? 'dashed' : 'solid', width: 1.5 },
              label: Object.assign(onTop(theme), { formatter: each.name, position: i === 0 ? 'insideStartTop' : 'insideEndTop' })
            }))
          }
        }]
      }
    };
  };

  /** What holds kernels up looks the same in every chart. */
  const LIMITS = ['arithmetic', 'memory', 'cache', 'host'];

  const roofline = (data, theme, width) => {
    const limits = distinct(LIMITS.concat(data.kernels.map(each => each.limit)));
    const met = limits.filter(limit => data.kernels.some(each => each.limit === limit));
    const isFlat = roof => roof.points[0].y === roof.points[1].y;
    const shapes = ['circle', 'rect', 'diamond', 'triangle', 'pin'];
    const ends = flat(data.roofs.map(each => each.points));
    const xs = ends.map(each => each.x);
    const ys = ends.map(each => each.y).concat(data.kernels.map(each => each.y));
    const right = logAxis(theme, data.horizontal, least(xs), most(xs));
    const up = logAxis(theme, data.vertical, least(ys), most(ys) * 1.15, { nameGap: 42 });
    const place = point => [right.at(point.x), up.at(point.y)];
    const middle = roof => [0, 1].map(i => (place(roof.points[0])[i] + place(roof.points[1])[i]) / 2);
    // The slope's name stands left of it where there is room.
    const isRoomy = roof =>
      (middle(roof)[0] - right.axis.min) / (right.axis.max - right.axis.min) * (width - 76) > textWidth(roof.name) + 12;
    return {
      height: 320,
      option: {
        grid: { left: 58, right: 18, top: 34, bottom: 46 },
        legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, textStyle: text(theme, { color: theme.ink }), data: met.map(each => 'held up by ' + each) },
        tooltip: tooltip(theme, at => at.data.told ? told(at.data.told.name, at.data.told.label) : ''),
        xAxis: right.axis,
        yAxis: up.axis,
        series: data.roofs.map(roof => ({
            type: 'line', silent: true, showSymbol: false, lineStyle: { color: theme.ink, width: 1.5 }, data: roof.points.map(place),
            endLabel: { show: isFlat(roof), formatter: roof.name, color: theme.ink, fontSize: FONT, align: 'right', verticalAlign: 'bottom', distance: 0, offset: [0, -8] },
            markPoint: isFlat(roof) ? undefined : {
              symbol: 'circle', symbolSize: 0.1, silent: true,
              label: Object.assign(onTop(theme), { show: true, formatter: roof.name, align: isRoomy(roof) ? 'right' : 'left', offset: isRoomy(roof) ? [-8, -8] : [10, 8] }),
              data: [{ coord: middle(roof) }]
            }
          })).concat(limits.map((limit, i) => ({
            name: 'held up by ' + limit, type: 'scatter', symbol: shapes[i % shapes.length], z: 4,
            itemStyle: { color: theme.series[i % theme.series.length], opacity: 0.75, borderColor: theme.raised, borderWidth: 1 },
            data: data.kernels.filter(each => each.limit === limit).map(each => ({
              value: place(each), symbolSize: 7 + 40 * Math.sqrt(each.share), told: each
            }))
          })))
      }
    };
  };

  /** Points in the plane; a group may be joined to a line, as a Pareto front is. */
  const scatter = (data, theme, width) => {
    const points = flat(data.groups.map(each => each.points));
    const right = logAxis(theme, data.horizontal, least(points.map(each => each.x)), most(points.map(each => each.x)));
    const up = logAxis(theme, data.vertical, least(points.map(each => each.y)), most(points.map(each => each.y)), { nameGap: 42 });
    const legendRows = Math.ceil(data.groups.reduce((sum, each) => sum + textWidth(each.name) + 34, 0) / (width - 10));
    const shapes = ['circle', 'rect', 'diamond', 'triangle', 'pin'];
    const top = 12 + 22 * legendRows;
    return {
      height: 310 + top,
      option: {
        grid: { left: 62, right: 22, top, bottom: 46 },
        legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text(theme, { color: theme.ink }), data: data.groups.map(each => each.name) },
        tooltip: tooltip(theme, at => told(at.data.told.name, at.data.told.label)),
        xAxis: right.axis,
        yAxis: up.axis,
        series: data.groups.map((group, i) => ({
          name: group.name, type: group.joined ? 'line' : 'scatter', z: group.joined ? 5 : 3, cursor: 'default',
          symbol: shapes[i % shapes.length], symbolSize: group.joined ? 10 : 6, step: group.joined ? 'end' : undefined,
          lineStyle: { color: theme.series[i % theme.series.length], width: 1.5 },
          itemStyle: { color: theme.series[i % theme.series.length], opacity: group.joined ? 1 : 0.6 },
          data: group.points.map(each => ({ value: [right.at(each.x), up.at(each.y)], told: each }))
        }))
      }
    };
  };

  const lines = (data, theme, width) => {
    const points = flat(data.series.map(each => each.points));
    const right = logAxis(theme, data.horizontal, least(points.map(each => each.x)), most(points.map(each => each.x)), {}, 20);
    const up = data.factors
      ? logAxis(theme, data.vertical, least(points.map(each => each.y)), most(points.map(each => each.y)), { nameGap: 48 })
      : { axis: valueAxis(theme, data.vertical, { min: 0, nameGap: 40 }), at: value => value };
    // Words beside the lines would lie on each other.
    const named = line => line.points.filter(each => each.note).reduce((name, each) => name + ', ' + each.note, line.name);
    const legendRows = Math.ceil(data.series.reduce((sum, each) => sum + textWidth(named(each)) + 38, 0) / (width - 10));
    const shapes = ['circle', 'rect', 'diamond', 'triangle', 'pin'];
    const top = 18 + 22 * legendRows;
    return {
      height: 290 + top,
      option: {
        grid: { left: 66, right: 26, top, bottom: 46 },
        legend: { top: 0, left: 0, itemWidth: 18, itemHeight: 10, textStyle: text(theme, { color: theme.ink }), data: data.series.map(named) },
        tooltip: tooltip(theme, at => told(at.seriesName, at.data.told)),
        xAxis: right.axis,
        yAxis: up.axis,
        series: data.series.map((line, i) => ({
          name: named(line), type: 'line', showSymbol: true, symbol: shapes[i % shapes.length],
          lineStyle: { color: theme.series[i % theme.series.length], width: 2 },
          itemStyle: { color: theme.series[i % theme.series.length] },
          data: line.points.map(each => ({
            value: [right.at(each.x), up.at(each.y)], told: each.label, symbolSize: each.note ? 13 : 7
          }))
        }))
      }
    };
  };

  const KINDS = { bars, intervals, spans, curve, roofline, scatter, lines };

  /**
   * A chart's height in pixels and its option.
   * colour gives the value of a colour by its name in the page's style; width is in pixels.
   */
  const drawing = (data, colour, width) => {
    const drawn = KINDS[data.kind](data, look(colour), width);
    Object.assign(drawn.option, { animation: false, textStyle: { fontFamily: FAMILY } });
    return drawn;
  };
  return drawing;
})();
