/** What `greenpool resume --help` says below the options. */
export const RESUME_HELP = `
The command is the one that made the journal, given in the folder where it was given. The options here take the place
of its own. A run that read stdin is to be given the same input again.

What is done is left alone. What failed stays failed: greenpool retry runs it again. What was running when the run
ended runs again, or what --on-inflight says. If the function, or an option that changes what comes out, is not what
it was, nothing is started and the difference named; --force goes on all the same.

Exit codes are those of greenpool run; 4 also if the journal is in use, damaged or of another run.

Example:
  $ greenpool resume fill.gpj -j 4 --rate 10/s`;

/** What `greenpool retry --help` says below the options. */
export const RETRY_HELP = `
As greenpool resume, for items that have failed. Results are added to the end of the output. What was never started is
left to greenpool resume. With --envelope, and of commands of exec, what an item left when it failed stays in the
output: the last of its records counts.

Example:
  $ greenpool retry fill.gpj --force -r 5`;

/** What `greenpool report --help` says below the options. */
export const REPORT_HELP = `
Items:
  Each comes once, as it ended last: in the order in which they ended, then those that have not. In json and csv an
  item has n, its number in the input; identity, its --key or a hash of it; status, which is done, failed, skipped,
  interrupted or running; attempts; start; ms; the bytes of its result; and where there is one an error, the beginning
  of the item, for failed ones only, or the reason why it was skipped.

Exit codes:
  0 reported, whatever became of the items   2 no journal   4 the journal or the report has lost something   141 pipe closed

Examples:
  $ greenpool report run.gpj
  $ greenpool report run.gpj --format junit -o report.xml
  $ greenpool report run.gpj --format csv | grep ,failed,`;
