import type { JournalSurvey, SessionRow } from '../journal/journal-survey.ts';

/** What both JSON documents say of the state of a journal. */
export function stateFacts({ state, pid }: JournalSurvey): object {
  return { state, ...(pid !== undefined && { pid }) };
}

/** One session, with times that any program reads. */
export function sessionFacts({ session, pid, start, last, state }: SessionRow): object {
  return { session, pid, start: isoTime(start), last: isoTime(last), state };
}

/** `2026-01-31T08:05:00.123Z`. */
export function isoTime(time: number): string {
  return new Date(time).toISOString();
}
