import { hostname } from 'node:os';
import Table from 'cli-table3';
import type { EngineStatus, QueueStatistics } from '../queue/index.ts';
import type { ProcessMemory } from './process-memory.ts';

/** The engines as a table, and the queue's size below (Django-Q's `qmonitor`). */
export function engineTable(engines: readonly EngineStatus[], queued: number, running: number): string {
  const table = newTable(['Host', 'Id', 'State', 'Pool', 'Running', 'Reincarnations', 'Uptime']);
  for (const engine of engines) {
    table.push([
      engine.host,
      `${engine.pid}`,
      engine.state,
      `${engine.workerCount}`,
      `${engine.running}`,
      `${engine.reincarnations}`,
      formatDuration(engine.uptimeSeconds),
    ]);
  }
  const none = engines.length === 0 ? '\nNo engine is running.' : '';
  return `${table.toString()}${none}\nQueued ${queued}   Running ${running}\n`;
}

/** Everything in one summary (Django-Q's `qinfo`). */
export function statisticsTable(statistics: QueueStatistics): string {
  const { averageSeconds } = statistics;
  const table = newTable([]);
  table.push(
    ['Clusters', `${statistics.engines}`, 'Workers', `${statistics.workers}`],
    ['Queued', `${statistics.queued}`, 'Running', `${statistics.running}`],
    ['Successes', `${statistics.successes}`, 'Failures', `${statistics.failures}`],
    ['Tasks/day', `${statistics.tasksLastDay}`, 'Restarts', `${statistics.reincarnations}`],
    ['Average time', averageSeconds === null ? '–' : `${averageSeconds.toFixed(2)} s`, '', ''],
  );
  return `${table.toString()}\n`;
}

/** An engine, and what its processes take where they run on this machine. */
export interface EngineMemory {
  readonly engine: EngineStatus;
  readonly processes: readonly ProcessMemory[];
}

/** The memory of the engines (Django-Q's `qmemory`): the sentinel, and its workers. */
export function memoryTable(engines: readonly EngineMemory[]): string {
  const table = newTable(['Host', 'Id', 'Sentinel', 'Workers', 'Total']);
  for (const { engine, processes } of engines) {
    const [sentinel, ...workers] = processes;
    const total = processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    table.push([
      engine.host,
      `${engine.pid}`,
      sentinel ? formatMegabytes(sentinel.residentBytes) : '–',
      workers.map(({ residentBytes }) => formatMegabytes(residentBytes)).join(', ') || '–',
      sentinel ? formatMegabytes(total) : '–',
    ]);
  }
  const elsewhere = engines.some(({ processes }) => processes.length === 0);
  const note = elsewhere ? `\nA dash: not a process that ${hostname()} can look into.` : '';
  const none = engines.length === 0 ? '\nNo engine is running.' : '';
  return `${table.toString()}${note}${none}\n`;
}

/** Without colours where nobody looks. */
function newTable(head: string[]) {
  return new Table({ head, ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }) });
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function formatDuration(totalSeconds: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  return `${Math.floor(totalSeconds / 3_600)}:${two((totalSeconds / 60) % 60)}:${two(totalSeconds % 60)}`;
}
