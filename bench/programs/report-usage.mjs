// Loaded into a program that is measured: tells at its end, on a pipe of its own, what it took.
import { writeSync } from 'node:fs';
import { resourceUsage } from 'node:process';

process.on('exit', () => writeSync(3, JSON.stringify(resourceUsage())));
