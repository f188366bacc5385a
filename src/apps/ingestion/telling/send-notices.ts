import type { Knex } from 'knex';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Platform } from '../../../platform/platform.ts';
import type { TaskHandler } from '../../../queue/index.ts';
import type { NoticeLevel } from '../refreshes/refresh-tasks.ts';
import { ingestionSettings, SLACK_LEVELS } from '../settings.ts';
import { SlackChannel } from './slack.ts';

interface StoredNotice {
  readonly id: string;
  readonly level: NoticeLevel;
  readonly text: string;
}

/**
 * Makes the handler that sends stored messages to Slack, in order, each at least once. After the last attempt those that are left
 * are dropped: a dead web-hook costs a line in the log.
 *
 * @param lastAttempt the attempt after which no other follows.
 */
export function sendNoticesHandler(lastAttempt: number): TaskHandler<Record<string, never>, number> {
  return async (_args, { platform, signal, attempt, logger }) => {
    const channel = openChannel(platform);
    let sent = 0;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (!(await sendOldest(platform, channel, signal))) return sent;
        sent += 1;
      }
    } catch (error) {
      if (attempt < lastAttempt || signal.aborted) throw error;
      const dropped = await platform.database('ingestion.notices').delete();
      logger.warn({ dropped, reason: errorMessage(error) }, 'messages to Slack could not be sent');
      return sent;
    } finally {
      await channel?.close();
    }
  };
}

function openChannel(platform: Platform): SlackChannel | undefined {
  const { telling, copy } = platform.settingsOf(ingestionSettings);
  if (telling.slackWebhook === undefined) return undefined;
  return new SlackChannel(telling.slackWebhook, copy.environment, platform.settings.outgoing);
}

/** Its row is locked while it is sent: another worker waits, and sends the one behind it. */
function sendOldest(
  { database, settingsOf }: Pick<Platform, 'database' | 'settingsOf'>,
  channel: SlackChannel | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const { slackLevel } = settingsOf(ingestionSettings).telling;
  return database.transaction(async (transaction) => {
    const notice = await lockOldest(transaction);
    if (!notice) return hasNotices(transaction);
    if (channel && isLoudEnough(notice.level, slackLevel)) await channel.send(notice.text, signal);
    await transaction('ingestion.notices').where({ id: notice.id }).delete();
    return true;
  });
}

function lockOldest(transaction: Knex.Transaction): Promise<StoredNotice | undefined> {
  return transaction('ingestion.notices')
    .select<StoredNotice[]>('id', 'level', 'text')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .first();
}

/** The one that was locked first may be gone meanwhile, and others still there. */
async function hasNotices(transaction: Knex.Transaction): Promise<boolean> {
  return (await transaction('ingestion.notices').first('id')) !== undefined;
}

function isLoudEnough(level: NoticeLevel, least: NoticeLevel): boolean {
  return SLACK_LEVELS.indexOf(level) >= SLACK_LEVELS.indexOf(least);
}
