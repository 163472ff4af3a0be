import { poolContract } from '../pool-contract.ts';
import { greenpool } from '../threads/library.ts';

poolContract('GreenPool', (size, options) => new greenpool.GreenPool(size, options));
