import { workerData } from 'node:worker_threads';
import { Slate } from './slate.ts';

/** How often it looks. */
const LOOK_SECONDS = 1;

const slate = Slate.inherited();

// A thread of a worker process: ends the process, and the programs that it runs, when its sentinel is gone, or so
// silent that the task that runs may be another engine's. The main thread hears of the first too, but not while a
// function keeps it busy for ever.
setInterval(() => {
  if (process.ppid !== workerData || slate.isOverdue) process.kill(-process.pid, 'SIGKILL');
}, LOOK_SECONDS * 1_000);
