import { emitKeypressEvents, type Key } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import ansiEscapes from 'ansi-escapes';
import { CommandError } from '../app-kit/app-command.ts';
import { within } from '../platform/deadline.ts';
import { errorMessage } from '../platform/error-message.ts';

/** Options of the commands that watch. */
export interface WatchOptions {
  /** Prints once, and ends, also in a terminal. */
  readonly once?: boolean;
  /** Prints what there is as JSON, once, and ends. */
  readonly json?: boolean;
}

/** What was read, for programs and for people. */
export interface Reading {
  readonly data: unknown;
  /** As text that is no wider than so many columns, where that can be. */
  readonly render: (columns: number) => string;
}

/** How often a live view is read anew. */
const REFRESH_MILLISECONDS = 1_000;

/** How long Postgres may take before the view says that it does not respond. */
const READ_MILLISECONDS = 5_000;

/** Lines that are too long are cut by the terminal, so that a table never breaks up when its window gets narrow. */
const CUT_LONG_LINES = '\u001b[?7l';
const WRAP_LONG_LINES = '\u001b[?7h';

const HELP = 'q quits';

/**
 * Shows what is read. In a terminal it is live until q or Ctrl-C is pressed, and what was shown last stays there. If
 * the output goes to a file or a program, and with `once` or `json`, it is shown once.
 *
 * @throws {CommandError} if it cannot be read, and is not shown live.
 */
export async function watch(options: WatchOptions, read: () => Promise<Reading>): Promise<void> {
  if (process.stdout.isTTY && !options.once && !options.json) {
    await watchLive(read);
    return;
  }
  const { data, render } = await read().catch((error: unknown) => {
    throw new CommandError(describeFault(error), { cause: error });
  });
  const columns = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  process.stdout.write(options.json ? `${JSON.stringify(data, null, 2)}\n` : render(columns));
}

async function watchLive(read: () => Promise<Reading>): Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => stopping.abort();
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  let render: (columns: number) => string = () => 'Reading …\n';
  let fault: string | undefined;
  const draw = () => drawScreen(render(process.stdout.columns), fault ?? HELP);
  const restore = openScreen(stop, draw);
  try {
    draw();
    while (!signal.aborted) {
      try {
        const reading = await Promise.race([within(READ_MILLISECONDS, read()), stopped]);
        if (reading === undefined) break;
        render = reading.render;
        fault = undefined;
      } catch (error) {
        fault = `${describeFault(error)}. Trying again; ${HELP}`;
      }
      draw();
      await sleep(REFRESH_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    restore();
    process.stdout.write(render(process.stdout.columns));
  }
}

/** In one line: an error of a statement begins with the whole statement, and a dash before what is wrong. */
function describeFault(error: unknown): string {
  const [, reason = errorMessage(error)] = /\n[\s\S]* - (.+)$/.exec(errorMessage(error)) ?? [];
  return `The queue cannot be read: ${reason.replaceAll(/\s+/g, ' ')}`;
}

/** Takes the terminal's other screen, its keys and its signals; the returned function gives all of them back. */
function openScreen(stop: () => void, draw: () => void): () => void {
  const { stdin, stdout } = process;
  const onKey = (_text: string | undefined, key: Key) => {
    if (key.name === 'q' || (key.ctrl && key.name === 'c')) stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  stdout.on('resize', draw);
  stdout.write(ansiEscapes.enterAlternativeScreen + ansiEscapes.cursorHide + CUT_LONG_LINES);
  if (stdin.isTTY) {
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on('keypress', onKey);
    stdin.resume();
  }
  return () => {
    if (stdin.isTTY) {
      stdin.off('keypress', onKey);
      stdin.setRawMode(false);
      stdin.pause();
    }
    stdout.off('resize', draw);
    stdout.write(WRAP_LONG_LINES + ansiEscapes.cursorShow + ansiEscapes.exitAlternativeScreen);
  };
}

/** Replaces what is shown in one write, so that nothing flickers; for what has no room, a line says so; nothing is scrolled away. */
function drawScreen(view: string, footer: string): void {
  const { rows } = process.stdout;
  const lines = view.trimEnd().split('\n');
  const room = Math.max(rows - 2, 1);
  const shown = lines.length > room ? lines.slice(0, room) : lines;
  const hidden = lines.length - shown.length;
  const last = hidden > 0 ? `${hidden} more lines; ${footer}` : footer;
  // Erased before it is written: behind a line that fills its row, the cursor is on its last character.
  const text = [...shown, '', last].map((line) => `${ansiEscapes.eraseEndLine}${line}`).join('\n');
  process.stdout.write(
    ansiEscapes.synchronizedOutput(ansiEscapes.cursorTo(0, 0) + text + ansiEscapes.eraseDown),
  );
}
