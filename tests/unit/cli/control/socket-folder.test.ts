import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sockets } from '../../../../src/cli/control/places.ts';
import { makeSocketFolder, socketFolders } from '../../../../src/cli/control/socket-folder.ts';

const uid = process.getuid?.() ?? 0;
let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'greenpool-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('socketFolders', () => {
  test('the folder of the session comes first, that of temporary files is looked at as well', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/7' };

    expect(socketFolders({ uid: 7, env, temporary: '/tmp' })).toEqual([
      '/run/user/7/greenpool',
      '/tmp/greenpool-7',
    ]);
  });

  test.each([undefined, '', 'relative/folder'])('XDG_RUNTIME_DIR %j is none', (XDG_RUNTIME_DIR) => {
    expect(socketFolders({ uid: 7, env: { XDG_RUNTIME_DIR }, temporary: '/tmp' })).toEqual([
      '/tmp/greenpool-7',
    ]);
  });
});

describe('makeSocketFolder', () => {
  test('makes one that nobody else can enter', () => {
    const folder = join(base, 'new');

    expect(makeSocketFolder(folder, uid)).toBeUndefined();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('takes one that others may read', () => {
    const folder = join(base, 'old');
    mkdirSync(folder, { mode: 0o755 });

    expect(makeSocketFolder(folder, uid)).toBeUndefined();
  });

  test.each([0o720, 0o702, 0o777])('refuses one of mode %o, to which others can write', (mode) => {
    const folder = join(base, 'open');
    mkdirSync(folder);
    chmodSync(folder, mode);

    expect(makeSocketFolder(folder, uid)).toBe(`others can write to ${folder}`);
  });

  test('refuses one of another user', () => {
    const folder = join(base, 'foreign');
    mkdirSync(folder);

    expect(makeSocketFolder(folder, uid + 1)).toBe(`${folder} is owned by user ${uid}, not by ${uid + 1}`);
  });

  test('refuses a link, wherever it leads to', () => {
    const target = join(base, 'target');
    const folder = join(base, 'link');
    mkdirSync(target, { mode: 0o700 });
    symlinkSync(target, folder);

    expect(makeSocketFolder(folder, uid)).toBe(`${folder} is no folder`);
  });

  test('refuses a file, and a folder that cannot be made', () => {
    const file = join(base, 'file');
    writeFileSync(file, '');

    expect(makeSocketFolder(file, uid)).toBe(`${file} is no folder`);
    expect(makeSocketFolder(join(base, 'no', 'where'), uid)).toContain('no such file or directory');
  });
});

describe('sockets', () => {
  test('a folder that is not to be trusted is neither listened in nor looked through', () => {
    const session = join(base, 'session');
    mkdirSync(join(session, 'greenpool'), { recursive: true });
    writeFileSync(join(session, 'greenpool', '12.sock'), '');
    chmodSync(join(session, 'greenpool'), 0o777);
    const places = sockets({ uid, env: { XDG_RUNTIME_DIR: session }, temporary: base });

    const { paths, faults } = places.own(34);

    expect(paths).toEqual([join(base, `greenpool-${uid}`, '34.sock')]);
    expect(faults).toEqual([`others can write to ${session}/greenpool`]);
    expect(places.all()).toEqual([]);
  });

  test('finds the sockets of all trusted folders, and nothing that is called otherwise', () => {
    const places = sockets({ uid, env: { XDG_RUNTIME_DIR: base }, temporary: base });
    const paths = places.own(12).paths;
    for (const path of paths) writeFileSync(path, '');
    for (const name of ['x.sock', '12.sock.old', '-1.sock']) writeFileSync(join(base, 'greenpool', name), '');

    expect(paths).toHaveLength(2);
    expect(places.all()).toEqual(paths.map((path) => ({ pid: 12, path })));
  });

  test('a path that is too long for a socket is refused: the system would cut it off', () => {
    const long = join(base, 'x'.repeat(100));
    mkdirSync(long);

    const { paths, faults } = sockets({ uid, env: {}, temporary: long }).own(12);

    expect(paths).toEqual([]);
    expect(faults[0]).toMatch(/12\.sock is too long for a socket$/);
  });
});
