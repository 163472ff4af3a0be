import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of all packages installed under `root`, nested and scoped ones included, as paths from `root`. */
export function* findPackages(root, folder = 'node_modules', seen = new Set()) {
  for (const name of subfolders(join(root, folder))) {
    const path = `${folder}/${name}`;
    if (name.startsWith('@')) {
      yield* findPackages(root, path, seen);
      continue;
    }
    // A linked package may stand in several places, or lead back to where we are.
    const real = realpathSync(join(root, path));
    if (seen.has(real)) continue;
    seen.add(real);
    if (existsSync(join(real, 'package.json'))) yield path;
    yield* findPackages(root, `${path}/node_modules`, seen);
  }
}

// npm keeps folders of its own here, such as .bin and .cache.
function subfolders(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
