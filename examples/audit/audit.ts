// Audits one installed package: `greenpool run examples/audit/audit.ts -a packages.ndjson -o audit.ndjson`.
import { createHash } from 'node:crypto';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The function that greenpool runs, once for every line of the input. */
export default async function audit(
  item: { path: string },
  { signal }: { signal: AbortSignal },
): Promise<object> {
  const { name, version, license, licenses } = JSON.parse(
    await readFile(join(item.path, 'package.json'), 'utf8'),
  );
  const hash = createHash('sha256');
  let files = 0;
  let bytes = 0;
  const unreadable: string[] = [];
  for (const file of await listFiles(item.path)) {
    signal.throwIfAborted();
    const content = await readContent(join(item.path, file.path), file.isLink).catch(() => undefined);
    if (content === undefined) {
      unreadable.push(file.path);
      continue;
    }
    files += 1;
    bytes += content.length;
    // With its length in front, no two different trees feed the same bytes to the hash.
    hash.update(`${file.path}\0${content.length}\0`).update(content);
  }
  const licence = readLicence(license ?? licenses);
  return { ...item, name, version, licence, files, bytes, sha256: hash.digest('hex'), unreadable };
}

// Sorted by code unit, not by locale, so that every machine hashes in the same order.
async function listFiles(top: string, folder = ''): Promise<{ path: string; isLink: boolean }[]> {
  const found = [];
  for (const entry of await readdir(join(top, folder), { withFileTypes: true })) {
    const path = folder + entry.name;
    if (!entry.isDirectory()) found.push({ path, isLink: entry.isSymbolicLink() });
    // Packages inside a package are items of their own.
    else if (entry.name !== 'node_modules') found.push(...(await listFiles(top, `${path}/`)));
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

// A link counts as the text it holds: what it points to is either counted already or not part of the package.
async function readContent(path: string, isLink: boolean): Promise<Buffer> {
  return isLink ? Buffer.from(await readlink(path)) : await readFile(path);
}

// "MIT", but also { "type": "MIT" } and [{ "type": "MIT" }, "GPL-2.0"]: forms of older npm that are still around.
function readLicence(field: unknown): string {
  if (Array.isArray(field)) return field.map(readLicence).join(' OR ') || 'none stated';
  if (typeof field === 'object' && field !== null && 'type' in field) return readLicence(field.type);
  return typeof field === 'string' && field !== '' ? field : 'none stated';
}
