// The package as it is built: what a user imports.
export const ON = 'context on';
export const OFF = 'context off';

export async function openPool(size, { context = true, ...options } = {}) {
  const { GreenPool } = await import('../../dist/index.js');
  return new GreenPool(size, { context, ...options });
}
