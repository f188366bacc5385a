import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import type { EngineStatus, EstimatedFigure, QueueFigures, QueueStatistics } from '../queue/index.ts';

/** What is shown for a missing value. */
const NOTHING = '–';

/** The engines as a table (Django-Q's `qmonitor`), and below it the queues. */
export function monitorView(
  engines: readonly EngineStatus[],
  queues: readonly QueueFigures[],
  columns: number,
): string {
  const none = engines.length === 0 ? `${styleText('yellow', 'No engine is running.')}\n` : '';
  const [above = '', below = ''] = fitted([engineTable(engines), queueTable(queues)], columns);
  return `${above}${none}\n${below}`;
}

/** Everything in one summary (Django-Q's `qinfo`). */
export function statisticsView(statistics: QueueStatistics, columns: number): string {
  const { averageWaitedSeconds, averageRanSeconds, estimated } = statistics;
  const figure = (name: EstimatedFigure) => formatCount(statistics[name], estimated.includes(name));
  const rows = [
    ['Clusters', formatCount(statistics.engines), 'Workers', formatCount(statistics.workers)],
    ['Restarts', formatCount(statistics.reincarnations), 'Schedules', formatCount(statistics.schedules)],
    ['Queued', figure('queued'), 'Running', formatCount(statistics.running)],
    ['Successes', figure('successes'), 'Failures', figure('failures')],
    ['Tasks/day', formatCount(statistics.tasksLastDay), '', ''],
    ['Average wait', formatSeconds(averageWaitedSeconds), 'Average run', formatSeconds(averageRanSeconds)],
  ];
  const queues = `Queues: ${statistics.queues.join(', ')}\n`;
  const note = estimated.length > 0 ? '~ is an estimate\n' : '';
  return `${fitted([{ long: [], short: [], rows, alignRight: [1, 3] }], columns).join('')}${queues}${note}`;
}

/** The memory of each engine's processes (Django-Q's `qmemory`). */
export function memoryView(engines: readonly EngineStatus[], columns: number): string {
  const rows = engines.flatMap(({ host, pid, queue, processes }) => {
    const total = processes.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
    const lines = processes.map((process) => [
      process.role,
      `${process.pid}`,
      formatMegabytes(process.residentBytes),
      formatCount(process.tasks),
    ]);
    const last =
      processes.length > 0 ? ['total', '', formatMegabytes(total), ''] : [NOTHING, NOTHING, NOTHING, NOTHING];
    return [...lines, last].map((line, index) => [
      ...(index === 0 ? [host, `${pid}`, queue] : ['', '', '']),
      ...line,
    ]);
  });
  const none = engines.length === 0 ? `${styleText('yellow', 'No engine is running.')}\n` : '';
  const head = ['Host', 'Id', 'Queue', 'Process', 'Pid', 'Memory', 'Tasks'];
  return `${fitted([{ long: head, short: head, rows, alignRight: [4, 5, 6] }], columns).join('')}${none}`;
}

/** What a table holds; its heads in full, and shortened as Django-Q does for narrow terminals. */
interface TableContent {
  readonly long: readonly string[];
  readonly short: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers. */
  readonly alignRight: readonly number[];
}

function engineTable(engines: readonly EngineStatus[]): TableContent {
  return {
    long: ['Host', 'Id', 'Queue', 'State', 'Pool', 'Task queue', 'Result queue', 'Reincarnations', 'Uptime'],
    short: ['Host', 'Id', 'Queue', 'State', 'Pool', 'TQ', 'RQ', 'RC', 'Up'],
    rows: engines.map((engine) => [
      engine.host,
      `${engine.pid}`,
      engine.queue,
      styleText(STATE_COLOURS[engine.state], engine.state),
      formatCount(engine.workerCount),
      formatCount(engine.waitingTasks),
      formatCount(engine.waitingResults),
      formatCount(engine.reincarnations),
      formatDuration(engine.uptimeSeconds),
    ]),
    alignRight: [1, 4, 5, 6, 7, 8],
  };
}

const STATE_COLOURS = {
  starting: 'yellow',
  idle: 'green',
  working: 'cyan',
  stopping: 'yellow',
  stopped: 'gray',
  lost: 'red',
} as const;

function queueTable(queues: readonly QueueFigures[]): TableContent {
  return {
    long: ['Queue', 'Workers', 'Queued', 'Delayed', 'Running', 'Oldest', 'Successes/day', 'Failures/day'],
    short: ['Queue', 'Pool', 'Queued', 'Delayed', 'Running', 'Oldest', 'OK/day', 'Bad/day'],
    rows: queues.map((figures) => [
      figures.isPaused ? `${figures.queue} ${styleText('yellow', '(paused)')}` : figures.queue,
      formatCount(figures.workers),
      formatCount(figures.queued, figures.isQueuedEstimated),
      formatCount(figures.delayed),
      formatCount(figures.running),
      figures.oldestSeconds === null ? NOTHING : formatDuration(figures.oldestSeconds),
      formatCount(figures.successesLastDay),
      formatCount(figures.failuresLastDay),
    ]),
    alignRight: [1, 2, 3, 4, 5, 6, 7],
  };
}

/** Tables in the first of three ways in which all of them fit: in full, with short heads, without lines. */
function fitted(tables: readonly TableContent[], columns: number): readonly string[] {
  const ways = [
    tables.map((table) => drawTable(table, table.long, true)),
    tables.map((table) => drawTable(table, table.short, true)),
    tables.map((table) => drawTable(table, table.short, false)),
  ] as const;
  return ways.find((texts) => texts.every((text) => widthOf(text) <= columns)) ?? ways[2];
}

function widthOf(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split('\n')
      .map(({ length }) => length),
  );
}

/** cli-table3's own colours do not ask whether anybody looks; styleText does. */
const UNCOLOURED = { head: [], border: [] };

/** Every line of a table, as cli-table3 names them. */
const NO_LINES = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('left-mid', 'mid-mid', 'right-mid', 'middle')
    .map((name) => [name, '']),
);

function drawTable({ rows, alignRight }: TableContent, head: readonly string[], hasLines: boolean): string {
  const columnCount = head.length || (rows[0]?.length ?? 0);
  const table = new Table({
    head: head.map((text) => styleText('bold', text)),
    colAligns: Array.from({ length: columnCount }, (_, index) =>
      alignRight.includes(index) ? 'right' : 'left',
    ),
    ...(hasLines
      ? { style: { ...UNCOLOURED, compact: true } }
      : { style: { ...UNCOLOURED, compact: true, 'padding-left': 0, 'padding-right': 2 }, chars: NO_LINES }),
  });
  for (const row of rows) table.push([...row]);
  return `${table.toString()}\n`;
}

function formatCount(count: number, isEstimated = false): string {
  return `${isEstimated ? '~' : ''}${count.toLocaleString('en')}`;
}

function formatSeconds(seconds: number | null): string {
  return seconds === null ? NOTHING : `${seconds.toFixed(2)} s`;
}

function formatMegabytes(bytes: number): string {
  return `${formatCount(Math.round(bytes / 1e6))} MB`;
}

function formatDuration(totalSeconds: number): string {
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  const clock = `${two((totalSeconds / 3_600) % 24)}:${two((totalSeconds / 60) % 60)}:${two(totalSeconds % 60)}`;
  const days = Math.floor(totalSeconds / 86_400);
  return days > 0 ? `${days}d ${clock}` : clock;
}
