import type { AppContext } from './app-context.ts';

/** A protocol of an app that is not HTTP, on a port of its own. */
export interface AppListener {
  /**
   * Starts to listen, in each server process; the processes share the port. Returns `undefined` if the settings say that nothing
   * is listened for.
   *
   * @throws {ListenError}
   */
  readonly open: (context: AppContext) => Promise<OpenListener | undefined>;
}

/** A listener that is open. */
export interface OpenListener {
  readonly port: number;
  /** Takes no more connections, and ends those that there are. */
  close(): Promise<void>;
}
