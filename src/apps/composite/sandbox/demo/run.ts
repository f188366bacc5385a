import { join } from 'node:path';
import { styleText } from 'node:util';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { readSettings } from '../../../../platform/settings/process-settings.ts';
import { platformSettings } from '../../../../platform/settings.ts';
import { ObjectStorage } from '../../../../platform/storage/object-storage.ts';
import { type DataFolder, shownPath } from '../../../../standalone/data-folder.ts';
import { type Connection, connect } from '../../../../standalone/demo/connection.ts';
import { oneLine } from '../../../../standalone/log-output.ts';
import { PLACEHOLDERS, withoutBlanks } from '../../../../standalone/standalone-environment.ts';
import { pageBucketOf } from '../../pages/page-bucket.ts';
import { compositeSettings } from '../../settings.ts';
import { type DemoOrigin, openOrigin } from './origin.ts';
import { type FetchedPages, fetchPages } from './pages.ts';
import { openProgress } from './progress.ts';
import { type Caller, follow, type Member, pageUrls, submit } from './submission.ts';

/** Options of {@link runDemo}. */
export interface DemoOptions {
  readonly folder: DataFolder;
  readonly environment: NodeJS.ProcessEnv;
  /** The entry point of the standalone, which is started where none runs. */
  readonly standaloneScript: string;
  /** A PDF file or a URL; the sample where it is left out. */
  readonly pdf: string | undefined;
  readonly space: number;
  /** A customer of a DLCS that is not the sandbox's, and its `Authorization`. */
  readonly customer: number | undefined;
  readonly authorization: string | undefined;
  readonly output: NodeJS.WriteStream;
  /** Breaks it off; what was started is stopped. */
  readonly signal: AbortSignal;
}

const SHOWN_URLS = 12;

/**
 * Sends one PDF all the way and shows it; where nothing runs, it is brought up for as long as that takes.
 *
 * @throws {DemoError} where the PDF did not come out at the other end.
 * @throws the signal's reason.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const print = (line: string) => options.output.write(`${line}\n`);
  const origin = await openOrigin(options.pdf);
  let connection: Connection | undefined;
  try {
    print('');
    print(`  ${styleText('bold', 'Composite Handler')}: ${oneLine(origin.title)}`);
    connection = await untilConnected(options, print);
    await travel(options, origin, connection, print);
  } finally {
    await origin.close();
    if (connection && !connection.wasRunning) {
      print(styleText('dim', '  Stopping what was started. To keep it running, and look around: npm start'));
      await connection.close();
      print('');
    }
  }
}

async function untilConnected(options: DemoOptions, print: (line: string) => void): Promise<Connection> {
  const connection = await connect({
    ...options,
    script: options.standaloneScript,
    onStarting: () => print(styleText('dim', '  Nothing runs yet; bringing it up for this demo …')),
  });
  const { apiUrl } = connection.state;
  print(styleText('dim', `  ${connection.wasRunning ? 'It runs already' : 'It is up'}, at ${apiUrl}`));
  print('');
  if (options.signal.aborted && !connection.wasRunning) await connection.close();
  options.signal.throwIfAborted();
  return connection;
}

async function travel(
  options: DemoOptions,
  origin: DemoOrigin,
  { state, ended }: Connection,
  print: (line: string) => void,
): Promise<void> {
  const customer = options.customer ?? state.dlcs?.customer;
  const authorization = options.authorization ?? state.dlcs?.authorization;
  if (customer === undefined || authorization === undefined) {
    throw new DemoError(
      'The DLCS is yours, from DLCS_API_ROOT. Say as whom to call it: npm run demo -- --customer 5 --space 1 --authorization "Basic …"',
    );
  }
  const caller: Caller = { apiUrl: state.apiUrl, customer, space: options.space, authorization };
  const started = Date.now();
  const member = await submit(caller, origin.url, origin.slug);
  const progress = openProgress(options.output);
  let last: Member;
  try {
    const show = (current: Member) => progress.show(current);
    last = await Promise.race([follow(caller, member, show, options.signal), ended]);
  } finally {
    progress.stop();
  }
  const seconds = (Date.now() - started) / 1_000;
  if (last.status !== 'COMPLETED') {
    throw new DemoError(
      `The PDF did not come through: ${last.error ?? last.status}\nSee ${shownPath(options.folder.logs)}/engine.log, and ${state.apiUrl}/admin`,
    );
  }
  const batchUris = last.dlcs_uris ?? [];
  const urls = await pageUrls(batchUris, authorization);
  const id = new URL(last.id).pathname.split('/').at(-1) ?? origin.slug;
  const bucket = openBucket({ ...options.environment, ...state.storageEnvironment });
  const pages = await fetchPages(urls, join(options.folder.demo, id), bucket.storage, bucket.name);
  printResult({ urls, batchUris, pages, seconds }, print);
}

function openBucket(environment: NodeJS.ProcessEnv): { storage: ObjectStorage; name: string } {
  // Where the AWS SDK looks for keys and region.
  Object.assign(process.env, environment);
  const settings = readSettings({ ...PLACEHOLDERS, ...withoutBlanks(environment) }, [
    platformSettings,
    compositeSettings,
  ]);
  const bucket = pageBucketOf(settings.of(compositeSettings));
  return {
    storage: new ObjectStorage(bucket, settings.of(platformSettings).aws.s3Endpoint),
    name: bucket.name,
  };
}

interface Result {
  readonly urls: readonly string[];
  readonly batchUris: readonly string[];
  readonly pages: FetchedPages;
  readonly seconds: number;
}

function printResult({ urls, batchUris, pages, seconds }: Result, print: (line: string) => void): void {
  const left = urls.length - SHOWN_URLS;
  const megabytes = (pages.sizeBytes / 1_000_000).toFixed(1);
  const rows: [string, readonly string[]][] = [
    ['Pages', [...urls.slice(0, SHOWN_URLS), ...(left > 0 ? [`… and ${left} more`] : [])]],
    [batchUris.length === 1 ? 'Batch' : 'Batches', batchUris],
    ['Images', [`${shownPath(pages.directory)}  (${megabytes} MB)`]],
    ['Overview', [shownPath(pages.contactSheet)]],
  ];
  print('');
  const count = `${urls.length} page${urls.length === 1 ? '' : 's'}`;
  print(`  ${styleText(['bold', 'green'], 'COMPLETED')}  ${count} in ${seconds.toFixed(1)} s`);
  print('');
  for (const [name, values] of rows) {
    for (const [index, value] of values.entries()) {
      print(`  ${(index === 0 ? name : '').padEnd(10)}${styleText('cyan', value)}`);
    }
  }
  print('');
}
