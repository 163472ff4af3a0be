import type { JournalFile, JournalFiles } from '../../../src/cli/journal/journal-files.ts';
import type { CrashKind } from '../../support/journal/crash-disk.ts';
import type { Workload } from '../../support/journal/workload.ts';

/** A journal with one mistake in it, made by what comes between it and the disk. */
export interface JournalMutant {
  readonly name: string;
  readonly kind: CrashKind;
  readonly workload: Partial<Workload>;
  readonly mutate: (files: JournalFiles) => JournalFiles;
}

type FileChange = (file: JournalFile) => Partial<JournalFile>;

const isLog = (path: string): boolean => path.includes('/log-');
const isHeld = (path: string): boolean => path.includes('/held-');
const isOutput = (path: string): boolean => path.endsWith('out.ndjson');

/** Files with some calls replaced, on those that `match`. */
function changed(match: (path: string) => boolean, change: FileChange): JournalMutant['mutate'] {
  return (files) =>
    withCalls(files, {
      open: async (path, mode) => {
        const file = await files.open(path, mode);
        return match(path) ? { ...file, ...change(file) } : file;
      },
    });
}

function withCalls(files: JournalFiles, calls: Partial<JournalFiles>): JournalFiles {
  // The methods of a class are not copied by a spread.
  return {
    open: (path, mode) => files.open(path, mode),
    read: (path, at, length) => files.read(path, at, length),
    size: (path) => files.size(path),
    truncate: (path, size) => files.truncate(path, size),
    rename: (from, to) => files.rename(from, to),
    remove: (path) => files.remove(path),
    list: (folder) => files.list(folder),
    makeFolder: (folder) => files.makeFolder(folder),
    syncFolder: (folder) => files.syncFolder(folder),
    ...calls,
  };
}

const withoutTruncate =
  (match: (path: string) => boolean): JournalMutant['mutate'] =>
  (files) =>
    withCalls(files, {
      truncate: async (path, size) => (match(path) ? undefined : files.truncate(path, size)),
    });

const withoutSync: FileChange = () => ({ datasync: async () => {} });

// The call is answered at once, and made a little later.
const late: FileChange = (file) => {
  let before = Promise.resolve();
  return {
    append: async (bytes) => {
      before = before.then(() => file.append(bytes));
    },
  };
};

/** Results go into the output once their records are in the log, and count as written by then. */
function logWrittenFirst(files: JournalFiles): JournalFiles {
  let release = (): void => {};
  const logs = changed(isLog, (log) => ({
    append: async (bytes) => {
      await log.append(bytes);
      release();
    },
  }))(files);
  return changed(isOutput, (file) => ({
    append: async (bytes) => {
      release = () => void file.append(bytes);
    },
  }))(logs);
}

/** The log says that the results are on disk, then they are put there. */
function logSyncedFirst(files: JournalFiles): JournalFiles {
  let output: JournalFile | undefined;
  const logs = changed(isLog, (log) => ({
    datasync: async () => {
      await log.datasync();
      await output?.datasync();
    },
  }))(files);
  return changed(isOutput, (file) => {
    output = file;
    return { datasync: async () => {} };
  })(logs);
}

const powerLoss = { kind: 'power', workload: { freeSlot: 'when durable' } } as const;
const kill = { kind: 'kill', workload: {} } as const;

/** What the crash law has to reject. */
export const journalMutants: readonly JournalMutant[] = [
  { name: 'the output is not truncated', ...kill, mutate: withoutTruncate(isOutput) },
  { name: 'the log is not truncated', ...kill, mutate: withoutTruncate(isLog) },
  { name: 'records count as written before they are', ...kill, mutate: changed(isLog, late) },
  { name: 'records are written before their results', ...kill, mutate: logWrittenFirst },
  { name: 'the log is synced before the output', ...powerLoss, mutate: logSyncedFirst },
  { name: 'the output is not synced', ...powerLoss, mutate: changed(isOutput, withoutSync) },
  { name: 'the log is not synced', ...powerLoss, mutate: changed(isLog, withoutSync) },
  {
    name: 'held-back results are not synced',
    kind: 'power',
    workload: { freeSlot: 'when durable', ordered: true },
    mutate: changed(isHeld, withoutSync),
  },
  {
    name: 'the names of new files are not synced',
    ...powerLoss,
    mutate: (files) => withCalls(files, { syncFolder: async () => {} }),
  },
];
