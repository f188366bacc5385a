import { fileURLToPath } from 'node:url';
import { siblingModule } from '../platform/sibling-module.ts';
import type { DataFolder } from './data-folder.ts';
import { openLogFile } from './log-output.ts';
import type { StateKeeper } from './state-keeper.ts';
import { type ProcessFailedError, SupervisedProcess } from './supervised-process.ts';

/** A running task may use the first time to end; at the second signal the engine gives it back to the queue. */
const ENGINE_STOP_STEPS = [
  { signal: 'SIGTERM', waitMilliseconds: 30_000 },
  { signal: 'SIGTERM', waitMilliseconds: 5_000 },
  { signal: 'SIGKILL', waitMilliseconds: 5_000 },
] as const;

const SERVER_STOP_STEPS = [
  { signal: 'SIGTERM', waitMilliseconds: 10_000 },
  { signal: 'SIGKILL', waitMilliseconds: 5_000 },
] as const;

/** What the server and the engines are run with. */
export interface EntryPointContext {
  readonly folder: DataFolder;
  readonly environment: NodeJS.ProcessEnv;
  /** The queues to serve, the default one first. */
  readonly queueNames: readonly string[];
  readonly state: StateKeeper;
  /** Is given lines for the terminal. */
  readonly print: (line: string) => void;
  readonly onGivenUp: (error: ProcessFailedError) => void;
}

/** The server, and an engine for each queue: processes of the same code that production runs. */
export interface EntryPointProcesses {
  /** Returns when all are ready. @throws {ProcessFailedError} if one ends before that. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends all at once. */
  kill(): void;
}

/** Makes the server and the engines ready to be started. */
export function superviseEntryPoints(context: EntryPointContext): EntryPointProcesses {
  const server = supervise({ name: 'server', module: 'server', readyMessage: 'listening' }, context);
  const engines = context.queueNames.map((queue, index) =>
    supervise(
      {
        name: index === 0 ? 'engine' : `engine-${queue}`,
        module: 'engine',
        args: index === 0 ? [] : ['--queue', queue],
        readyMessage: 'engine started',
      },
      context,
    ),
  );
  const all = [server, ...engines];
  return {
    async start() {
      await Promise.all(all.map(({ child }) => child.start()));
    },
    async stop() {
      await Promise.all([
        server.child.stop(SERVER_STOP_STEPS),
        ...engines.map(({ child }) => child.stop(ENGINE_STOP_STEPS)),
      ]);
      await Promise.all(all.map(({ log }) => log.close()));
    },
    kill() {
      for (const { child } of all) child.kill();
    },
  };
}

interface EntryPoint {
  readonly name: string;
  readonly module: string;
  readonly args?: readonly string[];
  readonly readyMessage: string;
}

function supervise({ name, module, args = [], readyMessage }: EntryPoint, context: EntryPointContext) {
  const log = openLogFile(context.folder.logs, name);
  // The entry points are one folder up, in the source and in what was built from it.
  const script = fileURLToPath(siblingModule(import.meta.url, `../${module}`));
  const child = new SupervisedProcess({
    name,
    script,
    args,
    environment: context.environment,
    readyMessage,
    log,
    print: context.print,
    onStarted: (pid) => context.state.setProcess({ name, pid, script }),
    onGivenUp: context.onGivenUp,
  });
  return { child, log };
}
