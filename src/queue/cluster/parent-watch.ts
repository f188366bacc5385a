import { workerData } from 'node:worker_threads';

/** How often it looks. */
const LOOK_SECONDS = 1;

// A thread of a worker process: ends the process, and the programs that it runs, when its sentinel is gone. The
// main thread hears of that too, but not while a function keeps it busy for ever.
setInterval(() => {
  if (process.ppid !== workerData) process.kill(-process.pid, 'SIGKILL');
}, LOOK_SECONDS * 1_000);
