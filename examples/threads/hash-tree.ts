// Hashes every file under a folder on all cores; prints what `sha256sum` would. The folder is the argument, or that of the documents.
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ThreadPool } from 'greenpool/threads';
import { hashFile } from './hash-task.ts';

const top = resolve(process.argv[2] ?? join(import.meta.dirname, '../../docs'));

async function* filesOf(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesOf(path);
    else if (entry.isFile()) yield path;
  }
}

const pool = new ThreadPool(); // as many threads as there are cores

// As with any pool: results in the order of the files, and folders are read no faster than files are hashed.
for await (const [path, hash] of pool.imap(hashFile, filesOf(top))) {
  console.log(`${hash}  ${relative(top, path)}`);
}
await pool.close();
