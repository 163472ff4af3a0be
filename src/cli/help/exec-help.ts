/** What `greenpool exec --help` says below the options. */
export const EXEC_HELP = `
Placeholders:
  As in GNU parallel. Without any the item is the last argument. The command gets its arguments as they are: no shell
  reads them.
  {}      the item
  {.}     without extension
  {/}     base name
  {//}    folder
  {/.}    base name without extension
  {#}     number of the item, from 1
  {%}     slot it runs in, from 1
  {name}  a field of a JSON item or a CSV row

Items:
  As in greenpool run --help: lines of input, rows of a CSV or TSV file, or the words after :::.

Exit codes:
  0    all done
  1    some items failed: their commands ended with another code than 0
  2    wrong usage or input: nothing was started
  126  the command is not executable
  127  no such command
  All others are those of greenpool run --help.

Examples:
  $ greenpool exec -j 8 -- convert {} -resize 50% {.}.png ::: *.jpg
  $ greenpool exec --shell 'gzip -c "$1" | wc -c' --tag ::: *.txt`;
