// Draws a results file as one SVG: a panel of horizontal bars for each case, readable on light and on dark pages.
//   node bench/figure.mjs <results.json> <figure.svg>
import { readFileSync, writeFileSync } from 'node:fs';

const WIDTH = 820;
const LABEL = 250;
const VALUE = 90;
const ROW = 20;
const BAR = 13;
const PAD = 16;

// Text takes its colour from the page's scheme; the three fills are legible on both.
const STYLE = `
  text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 14px; }
  .quiet { fill: #59636e; }
  .name, .value { dominant-baseline: central; }
  .name { text-anchor: end; }
  .greenpool { fill: #1a9c5b; }
  .floor { fill: #8b949e; }
  .peer { fill: #5b8def; }
  .record { fill: #c9a227; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
  }`;

const units = {
  nsPerTask: { text: 'ns per task, median', show: (value) => Math.round(value).toLocaleString('en-US') },
  bytesPerCaller: {
    text: 'bytes of heap per queued caller, median',
    show: (value) => Math.round(value).toLocaleString('en-US'),
  },
  peakRssBytes: { text: 'peak resident memory in MB, median', show: (value) => (value / 1e6).toFixed(0) },
};

export function drawFigure({ node, date, machine, cases }) {
  let y = PAD;
  const panels = [];
  const line = (cls, text) => {
    y += ROW;
    panels.push(`<text class="${cls}" x="${PAD}" y="${y}">${escaped(text)}</text>`);
  };
  line('title', `greenpool ${machine.versions.greenpool} on Node ${node}`);
  line('quiet', `${date}, ${machine.cores} x ${machine.cpu}; shorter is better`);
  for (const { title, contenders: all, figure = 'nsPerTask' } of cases) {
    const contenders = all.filter(({ failure }) => failure === undefined);
    y += ROW / 2;
    line('title', title);
    line('quiet', units[figure].text);
    y += ROW / 2;
    panels.push(panel(contenders, figure, y));
    y += contenders.length * ROW;
  }
  const height = y + PAD;
  const label = `Benchmarks of greenpool on Node ${node}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}">
<style>${STYLE}
</style>
${panels.join('\n')}
</svg>
`;
}

// A bar may be this many times the longest of ours; beyond, it is cut, or it would press all others flat.
const CUT = 4;

function panel(contenders, field, top) {
  const ours = contenders.filter(({ role }) => role === 'greenpool').map(({ median }) => median[field]);
  const all = contenders.map(({ median }) => median[field]);
  const longest = Math.min(Math.max(...all), CUT * Math.max(...ours));
  const room = WIDTH - LABEL - VALUE - 2 * PAD;
  return contenders
    .map(({ name, role, median }, row) => {
      const middle = top + row * ROW + ROW / 2;
      const length = Math.max(1, Math.min(median[field] / longest, 1) * room).toFixed(1);
      const left = PAD + LABEL;
      return [
        `<text class="name" x="${left - 8}" y="${middle}">${escaped(name)}</text>`,
        `<rect class="${role}" x="${left}" y="${middle - BAR / 2}" width="${length}" height="${BAR}" rx="2"/>`,
        `<text class="value" x="${(left + Number(length) + 6).toFixed(1)}" y="${middle}">${units[field].show(median[field])}${median[field] > longest ? ', cut' : ''}</text>`,
      ].join('\n');
    })
    .join('\n');
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

if (import.meta.filename === process.argv[1]) {
  const [results, file] = process.argv.slice(2);
  writeFileSync(file, drawFigure(JSON.parse(readFileSync(results, 'utf8'))));
}
