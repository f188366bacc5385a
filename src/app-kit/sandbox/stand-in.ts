import { isSystemError } from '../../platform/system-error.ts';
/** Stands in for a service that a single machine lacks. */
export interface StandIn {
  /** As it is shown to people; unique among all apps. */
  readonly name: string;
  /** The port of the first start, if it is free. */
  readonly preferredPort: number;
  /** Starts the stand-in, or returns the user's own service where the environment names one. */
  readonly open: (context: StandInContext) => Promise<RunningStandIn>;
}

/** What a stand-in is started with. */
export interface StandInContext {
  /** What the user has set; variables that are blank are left out. */
  readonly environment: NodeJS.ProcessEnv;
  /** The app's own folder in the data folder; it exists. */
  readonly directory: string;
  /** What `makeSecrets` of the app made at the first start. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The port of the last start. Another one has to do where it is taken: {@link onPreferredPort}. */
  readonly port: number;
  /** The S3 in use; undefined if no app has a bucket. */
  readonly objectStorage?: RunningStandIn | undefined;
  /** The Postgres that `npm start` brings, with its password; undefined if the user has set `DATABASE_URL`. */
  readonly databaseUrl?: string | undefined;
}

/** A service that is there: a stand-in, or the user's own. */
export interface RunningStandIn {
  /** As it is shown to people. */
  readonly name: string;
  /** Without credentials. */
  readonly url: string;
  /** What there is to know about it, in a few words. */
  readonly note: string;
  /** The variables by which the server and the engines find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** False where it is the user's own. */
  readonly isStandIn: boolean;
  readonly port?: number;
  /** Resolves with a reason when it ended on its own. */
  readonly ended?: Promise<string>;
  stop(): Promise<void>;
}

/** The user's own service, which is used in place of a stand-in. */
export function ownService(name: string, url: string, note: string): RunningStandIn {
  return { name, url, note, environment: {}, isStandIn: false, stop: async () => {} };
}

/** Starts something on a port; on a free one where that is taken. */
export async function onPreferredPort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port);
  } catch (error) {
    const isTaken = isSystemError(error, 'EADDRINUSE');
    if (!isTaken) throw error;
    return start(0);
  }
}
