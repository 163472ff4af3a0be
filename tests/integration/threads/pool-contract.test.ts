import { poolContract } from '../pool-contract.ts';
import { ThreadPool } from './library.ts';

// No task is to end with its thread here: where it runs must make no difference.
poolContract('ThreadPool', (size, options) => new ThreadPool(size, { ...options, grace: 60_000 }));
