// As wide as reads well, or as the terminal is.
const WIDTH = Math.max(48, Math.min(76, (process.stdout.columns || 80) - 1));

/** Readable tables of what the audit found. */
export function report(packages) {
  const bytes = sum(packages, 'bytes');
  const biggest = [...packages].sort((a, b) => b.bytes - a.bytes).slice(0, 10);
  const licences = Object.entries(countBy(packages, 'licence')).sort(([, a], [, b]) => b - a);
  const unreadable = packages.flatMap(({ path, unreadable }) => unreadable.map((file) => `${path}/${file}`));
  return [
    heading('Biggest packages'),
    ...biggest.map((it) => row(`${it.name} ${it.version}`, `${count(it.files)} files`, size(it.bytes))),
    heading('Licences'),
    ...licences.map(([licence, packages]) => row(licence, '', count(packages))),
    ...(unreadable.length > 0 ? [heading('Files that could not be read'), ...unreadable] : []),
    heading('Total'),
    row(`${count(packages.length)} packages`, `${count(sum(packages, 'files'))} files`, size(bytes)),
  ].join('\n');
}

function heading(text) {
  return `\n${text}\n${'-'.repeat(WIDTH)}`;
}

function row(left, middle, right) {
  const room = WIDTH - 28;
  const name = left.length > room ? `${left.slice(0, room - 3)}...` : left;
  return name.padEnd(room) + middle.padStart(14) + right.padStart(14);
}

function sum(rows, field) {
  return rows.reduce((total, row) => total + row[field], 0);
}

function countBy(rows, field) {
  const counts = {};
  for (const row of rows) counts[row[field]] = (counts[row[field]] ?? 0) + 1;
  return counts;
}

function count(value) {
  return value.toLocaleString('en-US');
}

function size(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
