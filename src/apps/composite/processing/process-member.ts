import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pRetry from 'p-retry';
import { type AdvisoryLock, takeAdvisoryLock } from '../../../platform/database/advisory-lock.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Logger } from '../../../platform/logging.ts';
import {
  type JsonValue,
  PermanentTaskError,
  type TaskContext,
  type TaskHandler,
} from '../../../queue/index.ts';
import { countBatches, ownsFolder, readAnswers, storeBatches } from '../dlcs/batches.ts';
import { DlcsClient, type JsonObject } from '../dlcs/dlcs-client.ts';
import { createImageBuilder, type ImageBuilder } from '../dlcs/dlcs-image.ts';
import { ingestBatches } from '../dlcs/ingest.ts';
import {
  changeMember,
  completeMember,
  failMember,
  findMember,
  type Member,
  MemberGoneError,
  notePageCount,
  UNTOUCHED,
} from '../members/members.ts';
import { PageProgress } from '../members/page-progress.ts';
import { PageWarnings } from '../members/page-warnings.ts';
import { fetchOrigin } from '../origin/origin.ts';
import { openOrigin } from '../origin/sealed-origin.ts';
import { openPageBucket } from '../pages/page-bucket.ts';
import { pageFolder } from '../pages/page-folder.ts';
import { ownerOf } from '../pages/page-owner.ts';
import { PageStore } from '../pages/page-store.ts';
import { createRasterizer } from '../rasterizers/index.ts';
import { compositeSettings } from '../settings.ts';
import { isPermanentFailure } from './permanent-failures.ts';
import type { ProcessMemberArguments } from './process-member-arguments.ts';
import { describeScratchFailure, scratchDirectoryOf } from './scratch-directory.ts';

/** With waits that double from half a second, about half a minute. */
const STORE_FAILURE_RETRIES = 6;

/** How long the removal of half a PDF's pages may take; S3 may be what failed. */
const REMOVAL_MILLISECONDS = 10_000;

/** One member on its way, with what each stage needs. */
interface Run {
  readonly member: Member;
  readonly authorization: string;
  readonly context: TaskContext;
  readonly logger: Logger;
  readonly pageStore: PageStore;
  readonly progress: PageProgress;
}

/**
 * The handler of `composite.process_member`: fetches the PDF, draws its pages, stores them, and hands them to the
 * DLCS. What an earlier attempt has handed over is not handed over again; once any of it was, the pages are
 * all in S3, and only the rest of the batches is posted.
 *
 * @returns the DLCS's responses, in batch order.
 * @throws {PermanentTaskError} what stopped the member for good.
 * @throws whatever else stopped the member. The message is stored as the member's `error` in either case.
 */
export const processMemberTask: TaskHandler<ProcessMemberArguments, JsonValue[]> = async (
  { memberId, authorization },
  context,
) => {
  const { platform, signal } = context;
  const { database, settings } = platform;
  const logger = context.logger.child({ memberId });
  const progress = new PageProgress(context.progress);
  let lock: AdvisoryLock | undefined;
  try {
    const submitted = await findMember(database, memberId);
    if (!submitted) throw new MemberGoneError(memberId);
    // A task that is delivered twice does not post twice, and two versions of a composite do not mix their pages.
    lock = await takeAdvisoryLock(settings.databaseUrl, pageFolder(ownerOf(submitted)), signal);
    // As the task that had the lock before has left it.
    const member = await findMember(database, memberId);
    if (!member) throw new MemberGoneError(memberId);
    if (member.status !== 'COMPLETED') {
      const pageStore = PageStore.open(platform, ownerOf(member));
      await bringToDlcs({ member, authorization, context, logger, pageStore, progress });
    }
    return await readAnswers(database, memberId);
  } catch (error) {
    if (error instanceof MemberGoneError) return giveUp(error, logger);
    const described = describeScratchFailure(error, settings.scratchDirectory);
    await storeFailure(memberId, described, progress.done, context, logger);
    // What broke off because of the signal says nothing about the member.
    if (signal.aborted || !isPermanentFailure(described)) throw described;
    throw new PermanentTaskError(described.message, { cause: described });
  } finally {
    await lock?.release();
  }
};

/** The member was deleted, and another attempt would find no more than this one. */
function giveUp(error: MemberGoneError, logger: Logger): JsonValue[] {
  logger.warn(error.message);
  return [];
}

async function bringToDlcs(run: Run): Promise<void> {
  const { member, context, logger, pageStore, progress } = run;
  const { database } = context.platform;
  const batches = await countBatches(database, member.id);
  if (batches.posting + batches.accepted > 0) {
    logger.info({ batches }, 'going on where an earlier attempt handed over batches');
    await changeMember(database, member.id, {
      status: 'BUILDING_DLCS_REQUEST',
      error: null,
      task_id: context.taskId,
    });
    await handOver(run, member.imageCount);
  } else {
    await changeMember(database, member.id, {
      ...UNTOUCHED,
      status: 'FETCHING_ORIGIN',
      task_id: context.taskId,
    });
    progress.fetch();
    // Both may fail, and should do so before a long PDF is drawn.
    const buildImage = createImageBuilder(member.composite);
    await pageStore.urlOf(1);
    const pageCount = await storePages(run, buildImage);
    await buildBatches(run, buildImage, pageCount);
    await handOver(run, pageCount);
  }
}

/** Origin, scratch folder, rasterizer and S3. Returns how many pages there are. */
async function storePages(run: Run, buildImage: ImageBuilder): Promise<number> {
  const { member, context, logger, pageStore, progress } = run;
  const { signal, platform } = context;
  const { database } = platform;
  const settings = platform.settingsOf(compositeSettings);
  const scratchDirectory = scratchDirectoryOf(member.id, platform.settings);
  const pdfPath = join(scratchDirectory, 'source.pdf');
  await mkdir(scratchDirectory, { recursive: true });
  try {
    const stored = { shown: String(member.composite['origin']), sealed: member.sealedOrigin };
    const origin = openOrigin(stored, member.id, platform.secretBox);
    const sizeBytes = await fetchOrigin(origin, pdfPath, {
      customer: member.customer,
      settings: settings.origin,
      network: platform.settings.outgoing,
      objectStorage: openPageBucket(platform),
      signal,
      logger,
    });
    logger.info({ sizeBytes }, 'the origin is fetched');
    await changeMember(database, member.id, { status: 'RASTERIZING' });
    const rasterizer = createRasterizer(settings.rasterizer.engine);
    const document = await rasterizer.open(pdfPath, settings.rasterizer, signal);
    try {
      const { pageCount } = document;
      await notePageCount(database, member.id, pageCount);
      progress.open(pageCount);
      assertFormattable(buildImage, pageCount);
      const warnings = new PageWarnings(logger);
      await pageStore.storeAll(
        (either) => warnings.noteThose(document.pages(either)),
        {
          stored: () => progress.advance(),
          allDrawn: () =>
            changeMember(database, member.id, { status: 'PUSHING_TO_DLCS', warnings: warnings.texts }),
        },
        signal,
      );
      if (progress.done !== pageCount) {
        throw new Error(`The rasterizer drew ${progress.done} of the ${pageCount} pages of the PDF`);
      }
      return pageCount;
    } catch (error) {
      if (progress.done) await removeUnannouncedPages(run);
      throw error;
    } finally {
      await document.close();
    }
  } finally {
    await rm(scratchDirectory, { recursive: true, force: true });
  }
}

/** A format may fit the first number and not a later one: better found before the pages are drawn than after. */
function assertFormattable(buildImage: ImageBuilder, pageCount: number): void {
  for (let pageNumber = 1; pageNumber <= pageCount; pageNumber += 1)
    buildImage({ pageNumber, url: '', mediaType: '' });
}

/** Pages that were not handed to a DLCS. In the folder of a composite they may have replaced earlier ones. */
async function removeUnannouncedPages({ context, logger, pageStore }: Run): Promise<void> {
  if (!pageStore.isMembersOwn || context.signal.aborted) return;
  try {
    const patience = AbortSignal.timeout(REMOVAL_MILLISECONDS);
    await pageStore.removeOrphans(0, AbortSignal.any([context.signal, patience]));
  } catch (error) {
    logger.warn({ err: error }, 'the pages that were stored before the failure could not be removed');
  }
}

async function buildBatches(run: Run, buildImage: ImageBuilder, pageCount: number): Promise<void> {
  const { member, context, pageStore } = run;
  const { database } = context.platform;
  await changeMember(database, member.id, {
    status: 'BUILDING_DLCS_REQUEST',
    pages_done: pageCount,
  });
  async function* images(): AsyncGenerator<JsonObject> {
    for (let pageNumber = 1; pageNumber <= pageCount; pageNumber += 1) {
      const url = await pageStore.urlOf(pageNumber);
      yield buildImage({ pageNumber, url, mediaType: pageStore.mediaType });
    }
  }
  await database.transaction((transaction) =>
    storeBatches(
      transaction,
      member.id,
      images(),
      context.platform.settingsOf(compositeSettings).dlcs.batchSize,
    ),
  );
}

/** From stored batches to a completed member. */
async function handOver(run: Run, pageCount: number | null): Promise<void> {
  const { member, authorization, context, logger, progress } = run;
  const { signal, platform } = context;
  const { database } = platform;
  const settings = platform.settingsOf(compositeSettings);
  if (pageCount !== null) progress.handOver(pageCount);
  const client = new DlcsClient(settings.dlcs, platform.settings.outgoing);
  try {
    await ingestBatches({
      database,
      client,
      answerTimeoutSeconds: settings.dlcs.timeoutSeconds,
      memberId: member.id,
      customer: member.customer,
      isPriority: member.isPriority,
      authorization,
      signal,
      logger,
    });
  } finally {
    await client.close();
  }
  if (pageCount !== null) await removeOrphans(run, pageCount);
  if (!(await completeMember(database, member.id))) throw new MemberGoneError(member.id);
  logger.info('the member is completed');
}

/** The DLCS has the new pages: what is left of older ones is a matter of tidiness, and no reason to fail. */
async function removeOrphans(run: Run, pageCount: number): Promise<void> {
  const { member, context, logger, pageStore } = run;
  try {
    if (!(await ownsFolder(context.platform.database, member.id, await pageStore.urlOf(1)))) {
      logger.info('pages beside those of the member are left alone, as another version may need them');
      return;
    }
    const removed = await pageStore.removeOrphans(pageCount, context.signal);
    if (removed > 0) logger.info({ removed }, 'pages of an earlier version are removed');
  } catch (error) {
    logger.warn({ err: error }, 'pages of an earlier version could not be removed');
  }
}

async function storeFailure(
  memberId: string,
  error: Error,
  pagesDone: number | undefined,
  { platform, signal }: TaskContext,
  logger: Logger,
): Promise<void> {
  // What broke off with it may say anything; why it had to stop is what people need to know.
  const message = signal.aborted
    ? `The processing was stopped: ${errorMessage(signal.reason)}`
    : error.message || error.name;
  try {
    // What failed may have been Postgres, which may be back in a moment.
    await pRetry(() => failMember(platform.database, memberId, message, pagesDone), {
      ...(signal.aborted ? { retries: 0 } : { retries: STORE_FAILURE_RETRIES, signal }),
      minTimeout: 500,
      onFailedAttempt: ({ error: failure, retriesLeft }) =>
        logger.error({ err: failure, retriesLeft }, 'that the member failed could not be stored'),
    });
  } catch {
    // It is in the log, and the task fails with the member's own error.
  }
}
