// The charts of the report (estimation/publishing/report) by Vega-Lite: a dot and its interval for each estimate, the
// precision told by shape and colour, figures at the right. The interpreter of Vega evaluates without eval, so that the
// page can forbid it. Bundled into charts.js by install.sh; speaks through globalThis.cifraCharts.
import embed from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';

const LEVELS = ['good', 'caution', 'poor', 'unknown'];
const DOTS = ['#12466b', '#a67c00', '#b64f00', '#5a6670'];
const LINES = ['#6f98b7', '#c79a1e', '#d9783a', '#99a4ad'];
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, Arial, "Liberation Sans", sans-serif';

const byLevel = (range) => ({ field: 'level', type: 'nominal', scale: { domain: LEVELS, range }, legend: null });

// Labels can occur twice, in two groups: the number of the point in front keeps them apart.
const NAME = '\u0001';

const specOf = (chart, narrow) => {
  const values = chart.points.flatMap((point, i) => {
    const row = { ...point, row: `${i}${NAME}${point.label}` };
    return point.gap && i > 0 ? [{ row: `gap${i}${NAME}`, level: 'good' }, row] : [row];
  });
  const total = chart.points.findIndex((point) => point.total);
  const y = {
    field: 'row',
    type: 'nominal',
    sort: values.map((value) => value.row),
    title: null,
    axis: {
      labelExpr: `split(datum.label, '${NAME}')[1]`,
      labelLimit: narrow ? 118 : 190,
      labelPadding: 10,
      labelFontWeight: {
        condition: { test: `split(datum.label, '${NAME}')[0] === '${total}'`, value: 700 },
        value: 400,
      },
      ticks: false,
      domain: false,
      grid: false,
    },
  };
  const x = {
    type: 'quantitative',
    title: null,
    scale: { nice: true, zero: startsAtZero(chart) },
    axis: { tickCount: narrow ? 3 : 5, grid: true, domain: false, ticks: false },
  };
  const tooltip = [
    { field: 'label', title: ' ' },
    { field: 'figure', title: chart.estimateName },
    { field: 'interval', title: chart.intervalName },
  ];
  const layer = [
    {
      mark: { type: 'rule', strokeWidth: 3.2, strokeCap: 'round' },
      encoding: {
        x: { field: 'lower', ...x },
        x2: { field: 'upper' },
        y,
        color: byLevel(LINES),
        strokeDash: byLevel([[1, 0], [1, 0], [5, 5], [1, 0]]),
        tooltip,
      },
    },
    {
      mark: { type: 'point', size: 68, strokeWidth: 2, opacity: 1 },
      encoding: {
        x: { field: 'estimate', ...x },
        y,
        color: byLevel(DOTS),
        fill: byLevel([DOTS[0], '#fff', '#fff', '#fff']),
        shape: byLevel(['circle', 'circle', 'diamond', 'circle']),
        tooltip,
      },
    },
    {
      mark: { type: 'text', x: 'width', align: 'left', dx: 10, color: '#17232f' },
      encoding: {
        y,
        text: { field: 'figure' },
        opacity: { condition: { test: 'isValid(datum.figure)', value: 1 }, value: 0 },
      },
    },
  ];
  if (chart.reference !== null)
    layer.unshift({
      mark: { type: 'rule', color: '#5d6b77', strokeDash: [3, 3] },
      encoding: { x: { datum: chart.reference, ...x } },
    });
  const resolve = { scale: { color: 'independent' } };
  return { width: 'container', height: { step: 23 }, data: { values }, layer, resolve };
};

// As the drawn chart: from 0 unless all lies far from it.
const startsAtZero = (chart) => {
  const bounds = chart.points.flatMap((p) => [p.lower ?? p.estimate, p.upper ?? p.estimate]).filter((v) => v !== null);
  return Math.min(...bounds) < Math.max(...bounds) / 2;
};

// The place of a chart has its words; what is inside is for the eye.
const draw = async (place, chart) => {
  const narrow = place.clientWidth < 420;
  const config = {
    font: FONT,
    view: { stroke: null },
    axis: { labelFontSize: 12.5, labelColor: '#17232f', gridColor: '#dfe5ea' },
    text: { fontSize: 12.5, fontWeight: 500 },
    locale: { number: { decimal: chart.decimal, thousands: chart.group, grouping: [3], currency: ['', ''] } },
  };
  const spec = {
    ...specOf(chart, narrow),
    padding: { left: 0, top: 4, bottom: 4, right: 4 },
    autosize: { type: 'fit-x', contains: 'padding' },
  };
  await embed(place, spec, { renderer: 'svg', actions: false, ast: true, expr: expressionInterpreter, config });
  place.querySelector('svg').setAttribute('aria-hidden', 'true');
};

globalThis.cifraCharts = { draw };
