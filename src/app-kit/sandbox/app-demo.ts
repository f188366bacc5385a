import type { Command } from 'commander';
import type { TypedCommand } from '../app-command.ts';

/** Shows on one machine what an app does: `npm run demo -- <app>`. */
export interface AppDemo {
  /** A few words for the table that `npm start` prints. */
  readonly summary: string;
  /** One or two sentences for `--help`. */
  readonly description: string;
  /** Adds arguments and options. */
  readonly declare?: (command: Command) => void;
  /**
   * Looks at what was typed, before anything is started.
   *
   * @throws {DemoError} if it cannot be done.
   */
  readonly prepare: (typed: TypedCommand) => Promise<PreparedDemo>;
}

/** A demo that can begin. */
export interface PreparedDemo {
  /** What is shown, for the first line. */
  readonly title: string;
  /** @throws {DemoError} */
  readonly run: (context: DemoContext) => Promise<void>;
  /** Gives back what {@link AppDemo.prepare} opened. */
  readonly close?: () => Promise<void>;
}

/** The running service that a demo talks to. */
export interface DemoContext {
  /** No slash at the end. */
  readonly apiUrl: string;
  /** No slash at the end. */
  readonly adminUrl: string;
  /** Whether the service goes on to run after the demo, so that its URLs stay alive. */
  readonly staysUp: boolean;
  /** What `demoState` of the app returned when the service started. */
  readonly state: Readonly<Record<string, string>>;
  /** The settings that the service runs with, as far as they are known here. */
  readonly environment: NodeJS.ProcessEnv;
  /** A folder for what the demo fetches. */
  readonly directory: string;
  /** Where the logs of the server and the engines are. */
  readonly logsDirectory: string;
  readonly output: NodeJS.WriteStream;
  /** Ends the demo. */
  readonly signal: AbortSignal;
  /** Rejects with a {@link DemoError} when the service has ended. */
  readonly ended: Promise<never>;
}
