// What does the pool add to tasks that wait for a timer? (B8)
import { setTimeout } from 'node:timers/promises';
import { ioCase } from '../contenders/io.mjs';

const DELAY_MS = 5;

export default ioCase(`tasks that wait ${DELAY_MS} ms, 200 slots`, 100_000, () => ({
  task: (item) => setTimeout(DELAY_MS, item),
}));
