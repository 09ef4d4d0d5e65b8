// Measures how much a Σ-vector carries, and draws it: npm run curves -- [--trials 100], or -- --redraw for the drawing alone.
import { readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { View, parse } from 'vega';
import { compile } from 'vega-lite';

const FOLDER = 'docs/sigma-vector';
const FLIPPED = {
  field: 'flipped',
  type: 'nominal',
  title: 'bits flipped',
  sort: null,
  scale: { range: ['#0072b2', '#009e73', '#b07800', '#d55e00', '#a6438c'] },
};
const SHARE = { type: 'quantitative', title: 'share read exactly', axis: { format: '%' }, scale: { domain: [0, 1] } };
const LIMITS = { passing: 'message passing, in theory', capacity: 'channel capacity' };
const DASHES = { field: 'limit', type: 'nominal', title: 'limits', sort: null, legend: { direction: 'vertical', symbolSize: 700, labelLimit: 300 }, scale: { domain: Object.values(LIMITS), range: [[7, 3], [1.5, 2.5]] } };

const percent = (rate) => `${Math.round(100 * rate)} %`;

function style(title, trials) {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: { text: title, subtitle: `${trials} random chunks a point, 95 % intervals`, anchor: 'start', fontSize: 14, offset: 12 },
    config: {
      aria: false, // a label for each point would be two thirds of the file
      font: 'Helvetica, Arial, sans-serif',
      view: { stroke: '#bbb' },
      axis: { labelColor: '#222', titleColor: '#222', gridColor: '#e4e4e4', labelFontSize: 11, titleFontSize: 12 },
      legend: { orient: 'bottom', labelColor: '#222', titleColor: '#222', labelFontSize: 11, titleFontSize: 12, labelLimit: 260, symbolStrokeWidth: 2 },
    },
  };
}

/** Points with their 95 % intervals. */
function points(values, x, color, withLine) {
  const y = { ...SHARE, field: 'share' };
  return [
    ...(withLine ? [{ data: { values }, mark: { type: 'line', strokeWidth: 1.5 }, encoding: { x, y, color } }] : []),
    { data: { values }, mark: { type: 'rule', strokeWidth: 1.2 }, encoding: { x, y: { ...SHARE, field: 'low' }, y2: { field: 'high' }, color } },
    { data: { values }, mark: { type: 'point', filled: true, size: 30, opacity: 1 }, encoding: { x, y, color } },
  ];
}

function byDigits({ byDigits: densities, expectedByDigits, limits, bits, fullChunkDigits, trials }) {
  const upTo = (most, step) => ({
    field: 'digits',
    type: 'quantitative',
    title: `digits in ${bits.toLocaleString('en')} bits (two a token)`,
    scale: { domain: [0, most] },
    axis: { values: Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step) },
  });
  const measured = (method, most) =>
    densities
      .filter(({ digits }) => digits <= most)
      .map((density) => ({ digits: density.digits, flipped: percent(density.flipRate), ...density[method] }));
  const expected = expectedByDigits.map(({ digits, flipRate, chunkShare }) => ({ digits, flipped: percent(flipRate), share: chunkShare }));
  const lines = limits.flatMap(({ flipRate, messagePassingDigits, capacityDigits }) => [
    { flipped: percent(flipRate), limit: LIMITS.passing, digits: messagePassingDigits },
    { flipped: percent(flipRate), limit: LIMITS.capacity, digits: capacityDigits },
  ]);
  const panel = (text, x, layer) => ({
    title: { text, anchor: 'start', fontSize: 12, fontWeight: 'normal', offset: 6 },
    width: 620,
    height: 190,
    layer: [
      { data: { values: [{ digits: fullChunkDigits }] }, mark: { type: 'rule', color: '#555', strokeWidth: 4, opacity: 0.25 }, encoding: { x } },
      ...layer(x),
    ],
  });
  return {
    ...style('Chunks read exactly, by the digits they hold', trials),
    vconcat: [
      panel(`by clean-up alone: measured, and expected (lines); grey: a full chunk`, upTo(256, 32), (x) => [
        { data: { values: expected }, mark: { type: 'line', strokeWidth: 1.2 }, encoding: { x, y: { ...SHARE, field: 'share' }, color: FLIPPED } },
        ...points(measured('cleanUp', 256), x, FLIPPED, false),
      ]),
      panel('with cancellation: measured, and limits', upTo(920, 96), (x) => [
        { data: { values: lines }, mark: { type: 'rule', strokeWidth: 1.4 }, encoding: { x, color: FLIPPED, strokeDash: DASHES } },
        ...points(measured('cancellation', 920), x, FLIPPED, true),
      ]),
    ],
  };
}

function byFlipRate({ byFlipRate: densities, fullChunkLimits, fullChunkDigits, trials }) {
  const x = { field: 'flipRate', type: 'quantitative', title: 'share of the bits flipped', axis: { format: '%', values: [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4] }, scale: { domain: [0, 0.4] } };
  const series = ['chunks with cancellation', 'chunks by clean-up alone', 'digits by clean-up alone'];
  const color = { field: 'what', type: 'nominal', title: 'read exactly', sort: null, legend: { direction: 'vertical' }, scale: { domain: series, range: ['#0072b2', '#d55e00', '#009e73'] } };
  const measured = densities.flatMap(({ flipRate, cleanUp, cancellation }) => [
    { flipRate, what: series[0], ...cancellation },
    { flipRate, what: series[1], ...cleanUp },
  ]);
  const digits = densities.map(({ flipRate, cleanUpDigits, expected }) => ({ flipRate, what: series[2], share: cleanUpDigits, expected: expected.digitShare }));
  const lines = [
    { limit: LIMITS.passing, flipRate: fullChunkLimits.messagePassingFlipRate },
    { limit: LIMITS.capacity, flipRate: fullChunkLimits.capacityFlipRate },
  ];
  return {
    ...style(`Full chunks (${fullChunkDigits} digits), by the noise on them`, trials),
    width: 620,
    height: 260,
    layer: [
      { data: { values: lines }, mark: { type: 'rule', strokeWidth: 1.4, color: '#444' }, encoding: { x, strokeDash: DASHES } },
      { data: { values: digits }, mark: { type: 'line', strokeWidth: 1.2 }, encoding: { x, y: { ...SHARE, field: 'expected' }, color } },
      { data: { values: digits }, mark: { type: 'point', filled: true, size: 30, opacity: 1 }, encoding: { x, y: { ...SHARE, field: 'share' }, color } },
      ...points(measured, x, color, true),
    ],
  };
}

async function draw(name, specification) {
  const { spec } = compile(specification, { logger: strictLogger() });
  const view = new View(parse(spec), { renderer: 'none' });
  writeFileSync(`${FOLDER}/${name}`, `${await view.toSVG()}\n`);
  view.finalize();
  console.log(`${FOLDER}/${name}`);
}

/** A chart that Vega-Lite has something to say about is wrong. */
function strictLogger() {
  const fail = (message) => {
    throw new Error(message);
  };
  return { level: () => 0, error: fail, warn: fail, info: () => undefined, debug: () => undefined };
}

const args = process.argv.slice(2);
if (!args.includes('--redraw')) {
  const { status } = spawnSync(process.execPath, ['tools/source.mjs', 'libs/codec/src/curves/measure-curves.ts', ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
const curves = JSON.parse(readFileSync(`${FOLDER}/curves.json`, 'utf8'));
await draw('exact-chunks.svg', byDigits(curves));
await draw('flip-rate.svg', byFlipRate(curves));
