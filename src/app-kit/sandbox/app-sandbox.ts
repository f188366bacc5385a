import type { AppDemo } from './app-demo.ts';
import type { RunningStandIn, StandIn } from './stand-in.ts';

/** Texts that are kept, by a name. */
export type Texts = Readonly<Record<string, string>>;

/**
 * What an app brings for one machine, where `npm start` runs everything: stand-ins for what lies around it, and a demo.
 * All parts are optional.
 */
export interface AppSandbox {
  /** Settings that suit one machine, by the variable. What the user has set takes precedence. */
  readonly environment?: Texts;
  /** The buckets that the app uses. Without any, `npm start` starts no S3 for it. */
  readonly buckets?: readonly SandboxBucket[];
  /** Makes what stays the same from the first start on, such as the credentials of a stand-in. */
  readonly makeSecrets?: () => Texts;
  /**
   * Takes over what a version that gave apps no folders kept in the data folder, before the first start with one.
   * It may be called again where a start was interrupted.
   *
   * @returns the secrets; undefined if there are none, so that they are made.
   */
  readonly takeOver?: (earlier: EarlierData) => Promise<Texts | undefined>;
  readonly standIns?: readonly StandIn[];
  /** What people can open or call, the most important first. `npm start` prints at least the first one. */
  readonly offers?: (running: RunningApp) => readonly Offer[];
  /** Lines with something to try by hand. `npm start` prints them where they fit on the screen. */
  readonly tryNext?: (running: RunningApp) => readonly string[];
  /** What the demo needs to know of what runs. It is kept in a file that other accounts cannot read. */
  readonly demoState?: (running: RunningApp) => Texts;
  readonly demo?: AppDemo;
}

/** A bucket of an app. */
export interface SandboxBucket {
  /** The setting that names the bucket. Where the user has set it, no stand-in for S3 is started. */
  readonly variable: string;
  readonly defaultName: string;
  /** Objects that the stand-in for S3 has from the start. */
  readonly files?: readonly SandboxFile[];
}

/** An object that the stand-in for S3 has from the start. */
export interface SandboxFile {
  readonly key: string;
  readonly contentType: string;
  readonly make: () => Promise<Uint8Array>;
}

/** What a version that gave apps no folders left. */
export interface EarlierData {
  /** The data folder of `npm start`. */
  readonly dataDirectory: string;
  /** The app's own folder in it. */
  readonly directory: string;
  /** What `installation.json` holds at its top. */
  readonly installation: Readonly<Record<string, unknown>>;
}

/** An app that `npm start` runs. */
export interface RunningApp {
  /** No slash at the end. */
  readonly apiUrl: string;
  /** No slash at the end. */
  readonly adminUrl: string;
  /** The stand-ins of the app, and the user's own services in their place. */
  readonly standIns: readonly RunningStandIn[];
  readonly secrets: Texts;
  /** The S3 in use; undefined if no app has a bucket. */
  readonly objectStorage?: RunningStandIn | undefined;
  /** The first administrator. The password is undefined if it was changed since. */
  readonly administrator: { readonly username: string; readonly password: string | undefined };
}

/** Something that people can open or call. */
export interface Offer {
  /** A URL or a command. */
  readonly value: string;
  /** What it is for, in a few words. */
  readonly note: string;
}
