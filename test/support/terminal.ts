import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { eventually } from './eventually.ts';

/** A program in a terminal, and what a person in front of it sees. */
export interface TerminalProgram {
  /** The lines of the screen, without the empty ones at its end. */
  readonly lines: () => readonly string[];
  /** Whether it is on the other screen, which programs take that draw the whole of it. */
  readonly isOnOtherScreen: () => boolean;
  /** Resolves with the lines once they fit. */
  waitForLines(fits: (lines: readonly string[]) => boolean): Promise<readonly string[]>;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code when it has ended, and all of its output has been drawn. */
  readonly ended: Promise<number>;
}

/** Starts a module of ours in a terminal, with the Node that runs the tests. */
export function startInTerminal(
  module: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { columns = 120, rows = 30 } = {},
): TerminalProgram {
  const screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const program: IPty = spawn(process.execPath, [module, ...args], {
    name: 'xterm-256color',
    cols: columns,
    rows,
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  program.onData((text) => screen.write(text));
  const lines = () => {
    const { active } = screen.buffer;
    return Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true, 0, screen.cols) ?? '',
    )
      .join('\n')
      .trimEnd()
      .split('\n');
  };
  return {
    lines,
    isOnOtherScreen: () => screen.buffer.active.type === 'alternate',
    waitForLines: (fits) =>
      eventually(() => {
        const seen = lines();
        if (!fits(seen)) throw new Error(`The screen is:\n${seen.join('\n')}`);
        return seen;
      }),
    type: (keys) => program.write(keys),
    resize(newColumns, newRows) {
      screen.resize(newColumns, newRows);
      program.resize(newColumns, newRows);
    },
    kill: (signal) => program.kill(signal),
    ended: new Promise((resolve) => {
      program.onExit(({ exitCode }) => screen.write('', () => resolve(exitCode)));
    }),
  };
}
