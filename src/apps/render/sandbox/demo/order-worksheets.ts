import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { writeContactSheet } from '../../../../app-kit/sandbox/contact-sheet.ts';
import { formatDemoEnd } from '../../../../app-kit/sandbox/demo-end.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { openDemoProgress } from '../../../../app-kit/sandbox/demo-progress.ts';
import { shownPath } from '../../../../app-kit/sandbox/shown-path.ts';
import { readSettings } from '../../../../platform/settings/process-settings.ts';
import { drawPagePicture } from '../../documents/page-picture.ts';
import { TAGS } from '../../rendering/store-result.ts';
import { renderSettings } from '../../settings.ts';
import { type FetchedDocument, fetchResults } from './fetch-results.ts';
import { type PullQueueAddress, PullQueueClient } from './pull-queue-client.ts';
import { formatMadeWorksheets } from './result-table.ts';
import { payloadsOfSet, type SetOptions } from './worksheet-set.ts';

const LABELS = { ordering: 'ordering', waiting: 'rendering and fetching', done: 'done' } as const;

/** Wide enough for the cells of the contact sheet on a sharp screen. */
const PICTURE_WIDTH_PIXELS = 600;

/** A worksheet of the set, from its order to its document. */
interface OrderedWorksheet {
  readonly orderId: string;
  /** Since 1970. */
  readonly orderedMilliseconds: number;
}

/**
 * Orders the set, waits for the results by leasing them, and stores the documents in a folder, with a contact sheet.
 *
 * @throws {DemoError} if a worksheet did not come back.
 * @throws the reason of the context's signal.
 */
export async function orderWorksheets(options: SetOptions, context: DemoContext): Promise<void> {
  const address = addressOf(context);
  const directory = join(
    context.directory,
    `worksheets-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}`,
  );
  await mkdir(directory, { recursive: true });
  const startedMilliseconds = Date.now();
  const { orders, documents } = await Promise.race([
    orderAndFetch(options, address, directory, context),
    context.ended,
  ]);
  const seconds = (Date.now() - startedMilliseconds) / 1_000;
  await printResult({ orders, documents, directory, seconds, address }, context);
}

/** Finds the queue that is rendered, and the tokens for it. @throws {DemoError} */
function addressOf({ apiUrl, environment }: DemoContext): PullQueueAddress {
  const { rendering, pullQueues } = readSettings(environment, [renderSettings]).of(renderSettings);
  const [name] = rendering.queues;
  if (!name) throw new DemoError('No pull queue is rendered. Set RENDER_QUEUES=project/queue.');
  return {
    apiUrl,
    name,
    producerToken: pullQueues.producerTokens?.[0],
    consumerToken: pullQueues.consumerTokens?.[0],
  };
}

async function orderAndFetch(
  options: SetOptions,
  address: PullQueueAddress,
  directory: string,
  { signal, output }: DemoContext,
) {
  const queue = new PullQueueClient(address, signal);
  const payloads = payloadsOfSet(options, `${address.apiUrl}/render/resources`);
  const total = payloads.length;
  const progress = openDemoProgress(output, { labels: Object.values(LABELS), unit: 'worksheets' });
  try {
    progress.show({ label: LABELS.ordering, done: 0, total });
    const orders = await Promise.all(
      payloads.map(async (payload): Promise<OrderedWorksheet> => {
        const orderedMilliseconds = Date.now();
        return { orderId: await queue.insert(payload, TAGS.order), orderedMilliseconds };
      }),
    );
    const documents = new Map<string, FetchedDocument>();
    progress.show({ label: LABELS.waiting, done: 0, total });
    await fetchResults(
      queue,
      orders.map(({ orderId }) => orderId),
      async (document) => {
        await writeFile(join(directory, safeFileName(document.filename)), document.pdf);
        documents.set(document.orderId, document);
        progress.show({ label: LABELS.waiting, done: documents.size, total });
      },
    );
    progress.show({ label: LABELS.done, done: total, total });
    return { orders, documents };
  } finally {
    progress.stop();
  }
}

/** The name comes from outside: a path in it must not lead out of the folder. */
function safeFileName(filename: string): string {
  return filename.replace(/[/\\\0]/g, '-').replace(/^\.+/, '');
}

interface Result {
  readonly orders: readonly OrderedWorksheet[];
  readonly documents: ReadonlyMap<string, FetchedDocument>;
  readonly directory: string;
  readonly seconds: number;
  readonly address: PullQueueAddress;
}

async function printResult(
  { orders, documents, directory, seconds, address }: Result,
  { output, staysUp, adminUrl }: DemoContext,
): Promise<void> {
  const fetched = orders.flatMap(({ orderId, orderedMilliseconds }) => {
    const document = documents.get(orderId);
    return document ? [{ document, orderedMilliseconds }] : [];
  });
  const firstPages = await Promise.all(
    fetched.map(({ document }) => drawPagePicture(document.pdf, 1, PICTURE_WIDTH_PIXELS)),
  );
  const contactSheet = join(directory, 'contact-sheet.png');
  await writeContactSheet(
    firstPages.map(({ png }) => png),
    contactSheet,
  );
  const made = fetched.map(({ document, orderedMilliseconds }, index) => ({
    filename: document.filename,
    pageCount: firstPages[index]?.pageCount ?? 0,
    sizeBytes: document.pdf.length,
    seconds: (document.receivedMilliseconds - orderedMilliseconds) / 1_000,
  }));
  const pageCount = made.reduce((sum, { pageCount: pages }) => sum + pages, 0);
  const heading = `${made.length} worksheets, ${pageCount} pages in ${seconds.toFixed(2)} s`;
  const facts: readonly (readonly [string, string])[] = [
    ['Queue', `${address.name.project}/${address.name.queue}`],
    ['PDFs', shownPath(directory)],
    ['Overview', shownPath(contactSheet)],
    ...(staysUp ? ([['See it', `${adminUrl}/resources/pull-tasks`]] as const) : []),
  ];
  output.write(formatDemoEnd({ heading, table: formatMadeWorksheets(made), facts }));
}
