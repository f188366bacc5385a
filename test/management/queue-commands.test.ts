import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../support/command.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startInTerminal, type TerminalProgram } from '../support/terminal.ts';

const MANAGE = fileURLToPath(new URL('../../dist/manage.js', import.meta.url));

const PROCESSES = [
  { role: 'sentinel', pid: 4711, residentBytes: 131_000_000, tasks: 1_234 },
  { role: 'worker', pid: 4712, residentBytes: 1_211_000_000, tasks: 77 },
];

describe('the commands that show the queues', () => {
  let test: TestDatabase;
  const programs: TerminalProgram[] = [];
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(async () => {
    for (const program of programs.splice(0)) {
      program.kill('SIGKILL');
      await program.ended;
    }
    await test.drop();
  });

  function environment() {
    return { DATABASE_URL: test.url, DJANGO_SECRET_KEY: 'a key of the tests' };
  }

  async function manage(...args: readonly string[]) {
    return runCommand(process.execPath, [MANAGE, ...args], { env: environment(), cwd: tmpdir() });
  }

  /** What a command prints for programs. */
  async function json(...args: readonly string[]): Promise<unknown> {
    const { exitCode, output, errorOutput } = await manage(...args);
    expect([exitCode, errorOutput]).toEqual([0, '']);
    return JSON.parse(output);
  }

  async function inTerminal(command: string, size?: { columns: number; rows: number }) {
    const program = startInTerminal(MANAGE, [command], environment(), size);
    programs.push(program);
    await program.waitForLines((lines) => lines.at(-1) === 'q quits' && lines.length > 3);
    return program;
  }

  async function addEngine(fields: object = {}): Promise<void> {
    await test.database('queue.engines').insert({
      id: randomUUID(),
      queue: 'composite',
      host: 'ip-10-0-1-17',
      pid: 4711,
      state: 'working',
      worker_count: 2,
      reincarnations: 3,
      waiting_tasks: 12,
      waiting_results: 5,
      // Lives for as long as the test, though nobody beats for it.
      heartbeat: new Date(Date.now() + 3_600_000),
      processes: JSON.stringify(PROCESSES),
      ...fields,
    });
  }

  it('print once, and without colours, where nobody looks', async () => {
    const idle = await manage('qmonitor');
    expect(idle).toMatchObject({ exitCode: 0, errorOutput: '' });
    expect(idle.output).toContain('No engine is running.');
    await addEngine();
    await addEngine({ queue: 'long', host: 'ip-10-0-2-17', state: 'idle', worker_count: 5 });
    const monitor = await manage('qmonitor');
    expect(monitor.output).toMatch(/Task queue . Result queue . Reincarnations . +Uptime/);
    expect(monitor.output).toMatch(
      /ip-10-0-1-17 . 4711 . composite . working . +2 . +12 . +5 . +3 . 0\d:\d\d:\d\d/,
    );
    expect(monitor.output).toMatch(/ip-10-0-2-17 .* long .* idle .* 5 /);
    expect((await manage('qinfo')).output).toMatch(
      /Clusters +. +2 . Workers +. +7 [\s\S]*Restarts +. +6 [\s\S]*Average wait . +– . Average run . +– /,
    );
    const memory = (await manage('qmemory')).output;
    expect(memory).toMatch(/ip-10-0-1-17 .*sentinel . 4711 . +131 MB . 1,234 /);
    expect(memory).toMatch(/worker {3}. 4712 . 1,211 MB . +77 [\s\S]*total .* 1,342 MB/);
    expect(monitor.output + memory).not.toContain('\u001b');
  });

  it('print JSON for programs', async () => {
    await addEngine();
    const engine = { host: 'ip-10-0-1-17', pid: 4711, queue: 'composite' };
    expect(await json('qmonitor', '--json')).toMatchObject({
      engines: [{ ...engine, state: 'working', workerCount: 2, waitingTasks: 12, reincarnations: 3 }],
      queues: [{ queue: 'composite', queued: 0, workers: 2, engines: { working: 1 } }],
    });
    expect(await json('qinfo', '--json')).toMatchObject({
      engines: 1,
      workers: 2,
      averageWaitedSeconds: null,
    });
    expect(await json('qmemory', '--json')).toMatchObject({ engines: [{ ...engine, processes: PROCESSES }] });
  });

  it('are live in a terminal until q is pressed, and leave there what was shown last', async () => {
    const monitor = await inTerminal('qmonitor');
    expect(monitor.isOnOtherScreen()).toBe(true);
    expect(monitor.lines().join('\n')).toContain('No engine is running.');
    await addEngine();
    await monitor.waitForLines((lines) => lines.some((line) => line.includes('ip-10-0-1-17')));
    monitor.type('q');
    expect(await monitor.ended).toBe(0);
    expect(monitor.isOnOtherScreen()).toBe(false);
    expect(monitor.lines().join('\n')).toContain('ip-10-0-1-17');
  });

  it.each(['qmonitor', 'qinfo', 'qmemory'])('%s ends at Ctrl-C', async (command) => {
    const program = await inTerminal(command);
    program.type('\u0003');
    expect(await program.ended).toBe(0);
    expect(program.isOnOtherScreen()).toBe(false);
  });

  it('ends at SIGTERM, and gives the terminal back', async () => {
    const program = await inTerminal('qinfo');
    program.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    expect(program.isOnOtherScreen()).toBe(false);
  });

  it('fit into the terminal, whatever its size becomes', async () => {
    await addEngine({ host: 'a-very-long-name-of-a-host' });
    const monitor = await inTerminal('qmonitor', { columns: 130, rows: 30 });
    expect(monitor.lines().join('\n')).toContain('Reincarnations');
    monitor.resize(100, 30);
    const narrower = await monitor.waitForLines((lines) => lines.some((line) => / RC . +Up/.test(line)));
    expect(Math.max(...narrower.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(narrower.join('\n')).toContain('│');
    monitor.resize(80, 30);
    await monitor.waitForLines((lines) => !lines.join('\n').includes('│'));
    monitor.resize(80, 6);
    await monitor.waitForLines(
      (lines) => lines.length === 6 && /^\d+ more lines; q quits$/.test(lines[5] ?? ''),
    );
  });

  it('say that Postgres does not answer, and go on when it does', async () => {
    const monitor = await inTerminal('qmonitor');
    await test.database.raw('ALTER TABLE queue.engines RENAME TO engines_elsewhere');
    await monitor.waitForLines(
      (lines) =>
        lines.at(-1) ===
        'The queue cannot be read: relation "queue.engines" does not exist. Trying again; q quits',
    );
    await test.database.raw('ALTER TABLE queue.engines_elsewhere RENAME TO engines');
    await monitor.waitForLines((lines) => lines.at(-1) === 'q quits');
  });

  it('fail with one line where they print once and the queue cannot be read', async () => {
    await test.database.raw('ALTER TABLE queue.engines RENAME TO engines_elsewhere');
    for (const args of [['qmonitor', '--once'], ['qinfo'], ['qmemory', '--json']]) {
      const result = await manage(...args);
      expect([result.exitCode, result.output]).toEqual([1, '']);
      expect(result.errorOutput).toBe('The queue cannot be read: relation "queue.engines" does not exist\n');
    }
  });
});
