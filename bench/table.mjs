// Prints one case: a row for each contender, then a line for each bar.

const columns = {
  nsPerTask: { head: 'ns/task', show: (value) => whole(value) },
  cpuNsPerTask: { head: 'cpu ns', show: (value) => whole(value) },
  bytesPerCaller: { head: 'bytes/caller', show: (value) => whole(value) },
  peakRssBytes: { head: 'peak MB', show: (value) => whole(value / 1e6) },
};

export function printCase({ title, contenders, bars, marks = [] }) {
  const floor = contenders.find((each) => each.role === 'floor')?.median.nsPerTask;
  const shown = [
    { head: 'tasks', show: ({ tasks }) => whole(tasks) },
    ...fieldColumns(contenders),
    ...marks.map(({ field, head }) => ({ head, show: ({ median }) => whole(median[field] / 1e6) })),
    { head: 'min ns', show: ({ min }) => whole(min.nsPerTask) },
  ];
  if (floor !== undefined) {
    shown.push({ head: 'x floor', show: ({ median }) => (median.nsPerTask / floor).toFixed(2) });
  }
  const rows = contenders.map((each) => [
    each.name,
    ...(each.failure === undefined ? shown.map(({ show }) => show(each)) : ['failed']),
  ]);
  console.log(`\n${title}`);
  for (const line of aligned([['', ...shown.map(({ head }) => head)], ...rows])) console.log(`  ${line}`);
  for (const { failure } of contenders)
    if (failure !== undefined) console.log(`  ${failure.split('\n', 1)[0]}`);
  for (const { id, text, value, verdict } of bars) {
    console.log(`  ${id}  ${text}: ${value === undefined ? '' : `${value.toFixed(2)}, `}${verdict}`);
  }
}

function fieldColumns(contenders) {
  return Object.entries(columns)
    .filter(([field]) => contenders.some(({ median }) => median[field] !== undefined))
    .map(([field, { head, show }]) => ({
      head,
      show: ({ median }) => (median[field] === undefined ? '' : show(median[field])),
    }));
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  '),
  );
}

const whole = (value) => Math.round(value).toLocaleString('en-US');
