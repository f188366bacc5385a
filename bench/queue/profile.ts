import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Table } from '../report.ts';
import { WARM_UP_TASKS } from './contender.ts';
import { readCpuProfiles } from './cpu-profiles.ts';
import type { CountedStatement, SampledState } from './postgres-observer.ts';
import { processorSeconds } from './processor-time.ts';
import { QueueUnderBench } from './queue-under-bench.ts';

const SAMPLE_INTERVAL_MILLISECONDS = 10;
const STATEMENT_CHARACTERS = 150;
const DEAREST_FUNCTIONS = 25;

/**
 * Where the time of a drain goes: each statement of each task, what the connections wait for, which processes work,
 * and, in a second drain, which functions.
 */
export async function profileDrain(tasks: number, postgresPid: number): Promise<Table[]> {
  return [...(await profilePostgres(tasks, postgresPid)), ...(await profileFunctions(tasks))];
}

async function profilePostgres(tasks: number, postgresPid: number): Promise<Table[]> {
  const bench = await QueueUnderBench.open({ counted: true });
  const { observer } = bench;
  try {
    const engine = await bench.startEngine(2);
    await bench.warmUp();
    const processorTime = async () => ({
      engine: (await processorSeconds(engine.pid)) ?? Number.NaN,
      postgres: (await processorSeconds(postgresPid)) ?? Number.NaN,
      bench: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    });
    const samples = new Sampling(() => observer.sample());
    let before = await observer.work();
    let usedBefore = await processorTime();
    const seconds = await bench.drain(tasks, {
      beforeStart: async () => {
        await observer.forgetStatements();
        usedBefore = await processorTime();
        before = await observer.work();
        samples.start();
      },
    });
    const states = await samples.stop();
    const after = await observer.work();
    const used = await processorTime();
    const statements = await observer.statements();
    const each = (count: number) => (count / tasks).toFixed(3);
    const share = (spent: number) =>
      `${spent.toFixed(2)} s (${((100 * spent) / seconds).toFixed(0)} % of one core)`;
    const controls = statements
      .filter(({ statement }) => /^(begin|commit|rollback)/i.test(statement))
      .reduce((sum, { calls }) => sum + calls, 0);
    return [
      {
        title: `Drain of ${tasks} tasks, 2 worker processes`,
        head: ['figure', 'value'],
        rows: [
          ['tasks per second', (tasks / seconds).toFixed(0)],
          ['seconds', seconds.toFixed(2)],
          ['round trips to Postgres a task', each(after.statements)],
          ['statements a task, without BEGIN and COMMIT', each(after.statements - controls)],
          ['writing transactions a task', each(after.writingTransactions - before.writingTransactions)],
          ['bytes of write-ahead log a task', ((after.walBytes - before.walBytes) / tasks).toFixed(0)],
          ['processor time of the engine and its workers', share(used.engine - usedBefore.engine)],
          ['processor time of Postgres', share(used.postgres - usedBefore.postgres)],
          ['processor time of the bench, which looks', share(used.bench - usedBefore.bench)],
        ],
      },
      statementTable(statements, tasks),
      stateTable(states),
    ];
  } finally {
    await bench.close();
  }
}

function statementTable(statements: readonly CountedStatement[], tasks: number): Table {
  return {
    title: 'Its statements, the dearest first',
    head: [
      'calls',
      'rows a call',
      'a task',
      'plan ms',
      'run ms',
      'ms a call',
      'log bytes a task',
      'statement',
    ],
    rows: statements.map(({ statement, calls, rows, planMilliseconds, runMilliseconds, walBytes }) => [
      String(calls),
      (rows / calls).toFixed(1),
      (calls / tasks).toFixed(4),
      planMilliseconds.toFixed(0),
      runMilliseconds.toFixed(0),
      ((planMilliseconds + runMilliseconds) / calls).toFixed(2),
      (walBytes / tasks).toFixed(0),
      oneLine(statement),
    ]),
  };
}

function oneLine(statement: string): string {
  const text = statement.replaceAll(/\s+/g, ' ');
  return text.length <= STATEMENT_CHARACTERS
    ? text
    : `${text.slice(0, STATEMENT_CHARACTERS / 2)} … ${text.slice(-STATEMENT_CHARACTERS / 2)}`;
}

function stateTable(states: readonly SampledState[]): Table {
  const totals = Map.groupBy(states, ({ connection }) => connection);
  const total = (connection: string) =>
    (totals.get(connection) ?? []).reduce((sum, { samples }) => sum + samples, 0);
  return {
    title: 'What its connections do, by samples',
    head: ['connection', 'part of its time', 'state'],
    rows: states.map(({ connection, state, samples }) => [
      connection,
      `${((100 * samples) / total(connection)).toFixed(1)} %`,
      state,
    ]),
  };
}

/** Looks again and again at what the connections do. */
class Sampling {
  readonly #sample: () => Promise<readonly Omit<SampledState, 'samples'>[]>;
  readonly #counts = new Map<string, SampledState>();
  #isStopped = false;
  #finished: Promise<void> = Promise.resolve();

  constructor(sample: () => Promise<readonly Omit<SampledState, 'samples'>[]>) {
    this.#sample = sample;
  }

  start(): void {
    this.#finished = this.#run();
  }

  async stop(): Promise<readonly SampledState[]> {
    this.#isStopped = true;
    await this.#finished;
    return [...this.#counts.values()].toSorted(
      (left, right) => left.connection.localeCompare(right.connection) || right.samples - left.samples,
    );
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      for (const { connection, state } of await this.#sample()) {
        const key = `${connection}\n${state}`;
        this.#counts.set(key, { connection, state, samples: (this.#counts.get(key)?.samples ?? 0) + 1 });
      }
      await pause(SAMPLE_INTERVAL_MILLISECONDS);
    }
  }
}

async function profileFunctions(tasks: number): Promise<Table[]> {
  const directory = await mkdtemp(join(tmpdir(), 'queue-profile-'));
  const bench = await QueueUnderBench.open();
  try {
    const engine = await bench.startEngine(2, { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory}` });
    await bench.warmUp();
    const seconds = await bench.drain(tasks);
    engine.kill('SIGTERM');
    await engine.ended;
    const profiles = await readCpuProfiles(directory);
    return [...profiles]
      .toSorted(([left], [right]) => left - right)
      .map(([pid, times]) => ({
        title: `Functions of ${pid === engine.pid ? 'the sentinel' : 'a worker'}, from its start to its end (${WARM_UP_TASKS} + ${tasks} tasks, the latter in ${seconds.toFixed(2)} s, while being profiled)`,
        head: ['ms', 'function'],
        rows: times
          .slice(0, DEAREST_FUNCTIONS)
          .map(({ name, milliseconds }) => [milliseconds.toFixed(0), name]),
      }));
  } finally {
    await bench.close();
    await rm(directory, { recursive: true, force: true });
  }
}
