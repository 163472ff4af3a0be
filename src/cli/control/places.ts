import { readdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { faultOf, makeSocketFolder, type SocketOwner, socketFolders } from './socket-folder.ts';

/** A socket, or on Windows a pipe, at which a run of this user listens, or has listened. */
export interface Place {
  readonly pid: number;
  readonly path: string;
}

/** Where runs of this user listen. */
export interface Places {
  /** Where a run may listen, the best place first, and why it may not elsewhere. */
  own(pid: number): { readonly paths: string[]; readonly faults: string[] };
  /** Where runs may be listening. */
  all(): Place[];
  /** What `all` has looked through, in words. */
  readonly description: string;
}

// The shortest path that a system allows for a socket is 104 bytes with the NUL, on macOS. Node cuts a longer one off.
const LONGEST_PATH = 103;
const PIPES = '\\\\.\\pipe\\';

/** Where runs of the user of this process listen. */
export function findPlaces({ env }: Pick<Host, 'env'>): Places {
  const uid = process.getuid?.();
  if (uid === undefined) return pipes(userInfo().username);
  return sockets({ uid, env, temporary: tmpdir() });
}

/** Files in folders that nobody else can write to. */
export function sockets(owner: SocketOwner): Places {
  const folders = socketFolders(owner);
  return {
    own(pid) {
      const faults: string[] = [];
      const paths = folders.flatMap((folder) => {
        const path = join(folder, `${pid}.sock`);
        const fault =
          Buffer.byteLength(path) > LONGEST_PATH
            ? `${path} is too long for a socket`
            : makeSocketFolder(folder, owner.uid);
        if (fault !== undefined) faults.push(fault);
        return fault === undefined ? [path] : [];
      });
      return { paths, faults };
    },
    all: () =>
      folders
        .filter((folder) => faultOf(folder, owner.uid) === undefined)
        .flatMap((folder) => placesIn(folder, /^(\d+)\.sock$/, (name) => join(folder, name))),
    description: folders.join(' and '),
  };
}

function pipes(user: string): Places {
  const prefix = `greenpool-${user.replace(/[^\w.-]/g, '_')}-`;
  return {
    own: (pid) => ({ paths: [`${PIPES}${prefix}${pid}`], faults: [] }),
    all: () =>
      placesIn(PIPES, /^greenpool-[\w.-]+-(\d+)$/, (name) => `${PIPES}${name}`).filter(({ path }) =>
        path.startsWith(PIPES + prefix),
      ),
    description: `${PIPES}${prefix}*`,
  };
}

function placesIn(folder: string, pattern: RegExp, pathOf: (name: string) => string): Place[] {
  return namesIn(folder).flatMap((name) => {
    const pid = pattern.exec(name)?.[1];
    return pid === undefined ? [] : [{ pid: Number(pid), path: pathOf(name) }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
