import { isDeepStrictEqual } from 'node:util';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { formatDemoEnd } from '../../../../app-kit/sandbox/demo-end.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { SAMPLE_TERMS } from '../sample-terms.ts';
import { type DemoConnections, openDemoConnections } from './demo-connections.ts';
import { IngestionClient, type TaskStep } from './ingestion-client.ts';
import { keepReading, LiveSide, type LiveState, type ReaderFigures } from './live-side.ts';
import { type DoneLine, formatDoneLines } from './result-table.ts';
import { StepBars } from './step-bars.ts';
import { changeUpstream, cutOffUpstream, fillUpstream, reconnectUpstream } from './upstream-database.ts';

const ALIAS = 'images';
const FILTERED_ALIAS = 'images-filtered';

/** What the searches look for; each twentieth title has it. */
const WORDS = 'lighthouse';

/**
 * Makes an upstream table, refreshes the live one from it, and breaks a second refresh off in the middle.
 *
 * @throws {DemoError} if anything that readers and searches see is not as it should be.
 * @throws the reason of the context's signal.
 */
export async function showRefreshes(rowCount: number, context: DemoContext): Promise<void> {
  const connections = openDemoConnections(context);
  try {
    await Promise.race([new RefreshDemo(rowCount, connections, context).run(), context.ended]);
  } finally {
    await connections.close();
  }
}

/** The demo from its beginning to its end; what was done is kept for the table that it ends with. */
class RefreshDemo {
  readonly #rowCount: number;
  readonly #connections: DemoConnections;
  readonly #context: DemoContext;
  readonly #client: IngestionClient;
  readonly #live: LiveSide;
  readonly #done: DoneLine[] = [];

  constructor(rowCount: number, connections: DemoConnections, context: DemoContext) {
    this.#rowCount = rowCount;
    this.#connections = connections;
    this.#context = context;
    this.#client = new IngestionClient(context.apiUrl, connections.token, context.signal);
    this.#live = new LiveSide(connections.api, connections.searchEngine, ALIAS);
  }

  async run(): Promise<void> {
    const started = performance.now();
    await this.#makeUpstream();
    await this.#showSearch('Before');
    const stopping = new AbortController();
    const reading = keepReading(this.#connections.api, this.#live, WORDS, stopping.signal);
    try {
      await this.#refresh(`demo-${Date.now()}`);
      await this.#showSearch('After');
      await this.#breakOff(`demo-${Date.now()}`);
    } finally {
      stopping.abort();
    }
    this.#conclude(await reading, (performance.now() - started) / 1_000);
  }

  async #makeUpstream(): Promise<void> {
    const bars = new StepBars(this.#context.output);
    try {
      const started = performance.now();
      await this.#connections.withUpstream((upstream) =>
        fillUpstream(upstream, this.#rowCount, (done) => {
          this.#context.signal.throwIfAborted();
          bars.show('make', done, this.#rowCount);
        }),
      );
      const seconds = (performance.now() - started) / 1_000;
      this.#done.push({ what: 'Make the upstream table', rows: this.#rowCount, seconds, outcome: 'done' });
    } finally {
      bars.stop();
    }
  }

  async #showSearch(when: string): Promise<void> {
    const found = await this.#live.search(WORDS);
    if (!found) {
      this.#say(`${when}: there is no alias ${ALIAS} yet, so a search finds nothing.`);
      return;
    }
    const titles = await this.#live.titlesOf(found.ids);
    this.#say(
      `${when}: a search for "${WORDS}" finds ${found.total.toLocaleString('en')} images: ${titles.join('; ')}; …`,
    );
  }

  async #refresh(suffix: string): Promise<void> {
    await this.#perform({ action: 'INGEST_UPSTREAM', index_suffix: suffix });
    // Before the promotion, so that there is no moment with new rows and an old filtered index.
    const { hasSampleTerms } = this.#connections;
    if (hasSampleTerms) await this.#filter(suffix);
    await this.#perform({ action: 'PROMOTE', index_suffix: suffix, alias: ALIAS });
    if (hasSampleTerms) await this.#pointFilteredAlias(suffix);
  }

  async #filter(suffix: string): Promise<void> {
    await this.#perform({
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      origin_index_suffix: suffix,
      destination_index_suffix: suffix,
    });
  }

  /** Shows what both indexes find of a sensitive term. */
  async #pointFilteredAlias(suffix: string): Promise<void> {
    await this.#perform({
      action: 'POINT_ALIAS',
      index_suffix: `${suffix}-filtered`,
      alias: FILTERED_ALIAS,
    });
    const { api, searchEngine } = this.#connections;
    const [term] = SAMPLE_TERMS;
    const found = await this.#live.search(term);
    const foundFiltered = await new LiveSide(api, searchEngine, FILTERED_ALIAS).search(term);
    if (!found || found.total === 0 || foundFiltered?.total !== 0) {
      throw new DemoError(
        `A search for "${term}" finds ${found?.total} images, and ${foundFiltered?.total} in ${FILTERED_ALIAS}`,
      );
    }
    this.#say(
      `The terms ${SAMPLE_TERMS.map((each) => `"${each}"`).join(' and ')} are sensitive: a search for "${term}" finds ` +
        `${found.total.toLocaleString('en')} images in ${ALIAS}, and none in ${FILTERED_ALIAS}, ` +
        `which has ${(await searchEngine.count(FILTERED_ALIAS)).toLocaleString('en')} documents.`,
    );
  }

  async #perform(request: Readonly<Record<string, string>>): Promise<void> {
    const bars = new StepBars(this.#context.output);
    try {
      const id = await this.#client.request({ model: 'image', ...request });
      const task = await this.#client.follow(id, (seen) => bars.showTask(seen));
      for (const step of task.steps) this.#done.push(doneLineOf(step));
    } finally {
      bars.stop();
    }
  }

  /** The second refresh loses its upstream database in the middle of the copy. */
  async #breakOff(suffix: string): Promise<void> {
    const { beside, upstreamName } = this.#connections;
    const changed = await this.#connections.withUpstream(changeUpstream);
    this.#say(`Upstream, ${changed.toLocaleString('en')} titles change. A second refresh begins …`);
    const before = await this.#live.look(WORDS);
    const started = performance.now();
    const stopping = new AbortController();
    const signal = AbortSignal.any([stopping.signal, this.#context.signal]);
    const cutting = cutOffUpstream(beside, upstreamName, this.#rowCount, signal);
    // A fault is seen where it is waited for.
    cutting.catch(() => {});
    try {
      const id = await this.#client.request({
        model: 'image',
        action: 'INGEST_UPSTREAM',
        index_suffix: suffix,
      });
      const copied = await cutting;
      this.#say(`After ${copied.toLocaleString('en')} rows the upstream database is cut off.`);
      this.#demandEqual(before, await this.#live.look(WORDS), 'while the refresh tries again');
      await this.#client.cancel(id);
      const seconds = (performance.now() - started) / 1_000;
      const { state } = await this.#client.find(id);
      this.#demandEqual(before, await this.#live.look(WORDS), 'after the refresh was given up');
      this.#done.push({
        what: 'Second refresh, broken off',
        rows: copied,
        seconds,
        outcome: `${state}, nothing changed`,
      });
    } finally {
      stopping.abort();
      await cutting.catch(() => undefined);
      await reconnectUpstream(beside, upstreamName);
    }
  }

  #demandEqual(before: LiveState, now: LiveState, when: string): void {
    if (!isDeepStrictEqual(before, now)) {
      throw new DemoError(
        `What is live changed ${when}: ${JSON.stringify(before)}, then ${JSON.stringify(now)}`,
      );
    }
    this.#say(
      `Live ${when}: ${now.rows.toLocaleString('en')} rows with the digest ${now.digest.slice(0, 8)}, ` +
        `${now.documents.toLocaleString('en')} documents, ${now.hits.toLocaleString('en')} hits. Nothing changed.`,
    );
  }

  #conclude({ reads, errors, longestMilliseconds }: ReaderFigures, seconds: number): void {
    const [error] = errors;
    if (error !== undefined) {
      throw new DemoError(`${errors.length} of ${reads} reads of what is live failed; the first: ${error}`);
    }
    const { output, staysUp, adminUrl } = this.#context;
    const heading = `a refresh of ${this.#rowCount.toLocaleString('en')} rows, and one that was broken off, in ${seconds.toFixed(2)} s`;
    const readers = `${reads.toLocaleString('en')} reads meanwhile, none failed, the longest took ${Math.round(longestMilliseconds)} ms`;
    const facts: readonly (readonly [string, string])[] = [
      ['Readers', readers],
      ...(staysUp ? ([['See it', `${adminUrl}/resources/refreshes`]] as const) : []),
    ];
    output.write(formatDemoEnd({ heading, table: formatDoneLines(this.#done), facts }));
  }

  #say(sentence: string): void {
    this.#context.output.write(`  ${sentence}\n`);
  }
}

const STEP_NAMES: Readonly<Record<string, string>> = {
  copy: 'Copy',
  clean: 'Clean',
  index: 'Index',
  filter_index: 'Copy without sensitive terms',
  verify_copy: 'Verify',
  build_constraints: 'Build indexes and constraints',
  promote: 'Swap tables, point alias',
  point_alias: 'Point alias of the filtered index',
};

function doneLineOf({ name, rows, rows_total: total, started, finished, state }: TaskStep): DoneLine {
  const seconds =
    started === null || finished === null ? undefined : (Date.parse(finished) - Date.parse(started)) / 1_000;
  return {
    what: STEP_NAMES[name] ?? name,
    // A swap is one thing, not a number of rows.
    rows: total !== null && total > 1 && name !== 'build_constraints' ? rows : undefined,
    seconds,
    outcome: state,
  };
}
