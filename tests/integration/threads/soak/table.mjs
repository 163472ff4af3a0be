const COUNTS = ['threads killed', 'calls', 'result', 'task failed', 'killed', 'timed out', 'thread lost'];

/** What each round came to, and all of them, as Markdown. */
export function printTable(rows) {
  const sums = COUNTS.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]);
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const columns = ['round', 'seconds', ...COUNTS, 'heap MB', 'resident MB'];
  console.log(`| ${columns.join(' | ')} |`);
  console.log(`|${' ---: |'.repeat(columns.length)}`);
  for (const row of rows) console.log(line(row, row.heapUsed, row.rss));
  console.log(line({ round: 'all', seconds, ...Object.fromEntries(sums) }));
}

function line({ round, seconds, ...row }, heapUsed, rss) {
  const counts = COUNTS.map((name) => row[name].toLocaleString('en-US'));
  const bytes = [heapUsed, rss].map((count) => (count === undefined ? '' : (count / 1e6).toFixed(1)));
  return `| ${[round, seconds.toFixed(1), ...counts, ...bytes].join(' | ')} |`;
}
