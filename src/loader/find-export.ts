import type { Namespace } from './import-module.ts';

/** The export of that name. What `module.exports = { a, b }` holds is found too, also where Node did not see it from outside. */
export function findExport(namespace: Namespace, exportName: string): unknown {
  if (exportName === 'default' && typeof namespace === 'function') return namespace;
  const inner = namespace.default;
  const isBag = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, exportName);
  // `export default` that was compiled to CommonJS: Node gives the whole of `exports` as the default.
  const isCompiled = isBag && '__esModule' in inner;
  if (Object.hasOwn(namespace, exportName) && !isCompiled) return namespace[exportName];
  // An object that has the name may be asked for it.
  return isBag ? (inner as Namespace)[exportName] : undefined;
}
