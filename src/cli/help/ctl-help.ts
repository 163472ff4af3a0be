/** What `greenpool ctl --help` says below the options. */
export const CTL_HELP = `
Runs:
  A process id, or the folder of the journal that the run writes; greenpool status lists the runs of this user. A run
  can be reached from 200 ms after its start to its end.

Changes:
  size=N      run at most N items at a time, also 50% or +2 as with --jobs; what runs goes on
  rate=R      start at most so many, as with --rate, also of those that wait; rate=none for any number
  pause       start no more items; what runs goes on
  resume      takes pause back
  drain       start no more items and end, as the first ctrl-C: the run exits with 75 if items are left
  cancel ID   abort ctx.signal of the running item of this number, or end its command; the item fails with
              ERR_ITEM_CANCELLED, without another attempt, when its function has ended, and the run goes on
  Each prints what is true now, as size 4 (was 10), and the run prints it, too.

Exit codes:
  0 done   1 refused, or no answer   2 wrong usage, or no such run

Examples:
  $ greenpool ctl 4242 size=4
  $ greenpool ctl 4242 rate=30/m
  $ greenpool ctl 4242 cancel 17`;

/** What `greenpool status --help` says below the options. */
export const STATUS_HELP = `
  Of a journal it tells how the run stands and what to do next, also when no process writes it any more. Live runs are a
  table: RUNNING is items that run / the size; WAITING those that were read and do not run; RATE those that ended, over the
  last ten seconds. --json has these fields and some more for each run; elapsed is in milliseconds.

Exit codes:
  0 printed, also when there are no runs   2 wrong usage, or no such run`;
