// By hand: the first `Intl.NumberFormat` of a process costs a tenth of the start-up of a run.
const BETWEEN_THOUSANDS = /\B(?=(?:\d{3})+(?!\d))/g;

/** `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(BETWEEN_THOUSANDS, ',');
}

/** Items a second: one digit after the point where it says something. */
export function formatRate(perSecond: number): string {
  const rounded = perSecond < 10 ? Math.round(perSecond * 10) / 10 : Math.round(perSecond);
  return `${formatCount(rounded)}/s`;
}

/** `350 ms`, `4.2 s`, `42 s`, `3 m 05 s`, `2 h 07 m`: two units at most. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${Math.floor(ms / 100) / 10} s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor(seconds / 60) % 60)} m`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
