import type { Command } from 'commander';
import type { AppContext } from './app-context.ts';

/** A management command of an app: `node dist/manage.js greet Ada`. */
export interface AppCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly description: string;
  /** Adds arguments and options. */
  readonly declare?: (command: Command) => void;
  /**
   * Runs the command with what was typed.
   *
   * @throws {CommandError} with what to tell the operator where it cannot be done.
   */
  readonly run: (context: AppContext, typed: TypedCommand) => Promise<void>;
}

/** What an operator typed behind the name of a command. */
export interface TypedCommand {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** A command cannot be carried out; the message is for the operator. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
