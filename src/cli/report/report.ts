import type { ItemRow } from '../journal/item-history.ts';
import type { JournalSurvey } from '../journal/journal-survey.ts';
import type { JournalMeta } from '../journal/meta.ts';

/** What a report is made of. */
export interface Report {
  /** As the user wrote it. */
  readonly folder: string;
  readonly meta: JournalMeta;
  readonly survey: JournalSurvey;
  /** Many at a time; they can be read once. */
  readonly items: AsyncIterable<readonly ItemRow[]>;
  /** The width of the terminal. */
  readonly columns: number;
}

/** Writes a report, a piece at a time. */
export type ReportWriter = (report: Report) => AsyncIterable<string>;
