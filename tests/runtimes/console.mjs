// The smoke test in a runtime with a console: node, bun, deno. The last line is the result, as JSON.
import * as greenpool from '../../dist/index.js';
import { smoke } from './smoke.mjs';

console.log(JSON.stringify(await smoke(greenpool, true)));
