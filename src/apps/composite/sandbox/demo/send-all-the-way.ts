import { join } from 'node:path';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { formatDemoEnd } from '../../../../app-kit/sandbox/demo-end.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { shownPath } from '../../../../app-kit/sandbox/shown-path.ts';
import { readSettings } from '../../../../platform/settings/process-settings.ts';
import { platformSettings } from '../../../../platform/settings.ts';
import { ObjectStorage } from '../../../../platform/storage/object-storage.ts';
import { pageBucketOf } from '../../pages/page-bucket.ts';
import { compositeSettings } from '../../settings.ts';
import type { CallerOptions } from './caller-options.ts';
import type { DemoOrigin } from './origin.ts';
import { type FetchedPages, fetchPages } from './pages.ts';
import { openProgress, showMember } from './progress.ts';
import { type Caller, follow, type Member, pageUrls, submit } from './submission.ts';

const SHOWN_URLS = 2;

/**
 * Submits one PDF, shows how it comes along, and fetches its pages.
 *
 * @throws {DemoError} if the PDF did not come out at the other end.
 * @throws the reason of the context's signal.
 */
export async function sendAllTheWay(
  origin: DemoOrigin,
  options: CallerOptions,
  context: DemoContext,
): Promise<void> {
  const caller = callerOf(options, context);
  const started = Date.now();
  const member = await submit(caller, origin.url, origin.slug);
  const last = await followToTheEnd(caller, member, context);
  const seconds = (Date.now() - started) / 1_000;
  const id = new URL(last.id).pathname.split('/').at(-1) ?? origin.slug;
  const memberPage = context.staysUp ? `${context.adminUrl}/resources/members/records/${id}/show` : undefined;
  if (last.status !== 'COMPLETED') {
    throw new DemoError(
      `The PDF did not come through: ${last.error ?? last.status}\nSee ${[`${shownPath(context.logsDirectory)}/engine.log`, ...(memberPage ? [memberPage] : [])].join(', and ')}`,
    );
  }
  const batchUris = last.dlcs_uris ?? [];
  const urls = await pageUrls(batchUris, caller.authorization);
  const bucket = openBucket(context.environment);
  const pages = await fetchPages(urls, join(context.directory, id), bucket.storage, bucket.name);
  printResult({ urls, batchUris, pages, seconds, memberPage }, context.output);
}

function callerOf({ space, ...typed }: CallerOptions, { apiUrl, state }: DemoContext): Caller {
  const customer = typed.customer ?? state['customer'];
  const authorization = typed.authorization ?? state['authorization'];
  if (customer === undefined || authorization === undefined) {
    throw new DemoError(
      'The DLCS is yours, from DLCS_API_ROOT. Say as whom to call it: npm run demo -- --customer 5 --space 1 --authorization "Basic …"',
    );
  }
  return { apiUrl, customer: Number(customer), space, authorization };
}

async function followToTheEnd(caller: Caller, member: Member, context: DemoContext): Promise<Member> {
  const progress = openProgress(context.output);
  try {
    const show = (current: Member) => showMember(progress, current);
    return await Promise.race([follow(caller, member, show, context.signal), context.ended]);
  } finally {
    progress.stop();
  }
}

function openBucket(environment: NodeJS.ProcessEnv): { storage: ObjectStorage; name: string } {
  // Where the AWS SDK looks for keys and region.
  Object.assign(process.env, environment);
  const settings = readSettings(environment, [platformSettings, compositeSettings]);
  const bucket = pageBucketOf(settings.of(compositeSettings));
  const { aws } = settings.of(platformSettings);
  return {
    storage: new ObjectStorage(bucket, aws.s3Endpoint, { network: aws.network }),
    name: bucket.name,
  };
}

interface Result {
  readonly urls: readonly string[];
  readonly batchUris: readonly string[];
  readonly pages: FetchedPages;
  readonly seconds: number;
  /** In the admin; undefined if it is about to stop. */
  readonly memberPage: string | undefined;
}

function printResult(result: Result, output: NodeJS.WriteStream): void {
  const { urls, batchUris, pages, seconds, memberPage } = result;
  const left = urls.length - SHOWN_URLS;
  const megabytes = (pages.sizeBytes / 1_000_000).toFixed(1);
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['Pages', [...urls.slice(0, SHOWN_URLS), ...(left > 0 ? [`… and ${left} more`] : [])]],
    [batchUris.length === 1 ? 'Batch' : 'Batches', batchUris],
    ['Images', [`${shownPath(pages.directory)}  (${megabytes} MB)`]],
    ['Overview', [shownPath(pages.contactSheet)]],
    ...(memberPage ? ([['See it', [memberPage]]] as const) : []),
  ];
  const count = `${urls.length} page${urls.length === 1 ? '' : 's'}`;
  output.write(formatDemoEnd({ heading: `${count} in ${seconds.toFixed(1)} s`, facts }));
}
