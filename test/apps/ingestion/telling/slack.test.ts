import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RefreshRefusedError, type RunStep } from '../../../../src/apps/ingestion/refreshes/step.ts';
import { sendNoticesHandler } from '../../../../src/apps/ingestion/telling/send-notices.ts';
import { slackMessage } from '../../../../src/apps/ingestion/telling/slack.ts';
import { captureLog } from '../../../support/captured-log.ts';
import { IngestionService } from '../ingestion-service.ts';
import { runStepAs, taskContext } from '../run-tasks.ts';
import { startWebHook, type WebHook } from '../web-hook.ts';

const INGEST = { model: 'image', action: 'INGEST_UPSTREAM' };

const succeed: RunStep = async () => ({ progress: { rowsDone: 1, rowsTotal: 1 } });

let hook: WebHook;
let service: IngestionService | undefined;
beforeEach(async () => {
  hook = await startWebHook();
});
afterEach(async () => {
  await service?.stop();
  service = undefined;
  await hook.stop();
});

async function start(more: NodeJS.ProcessEnv = {}): Promise<IngestionService> {
  service = await IngestionService.start({ SLACK_WEBHOOK: hook.url, ENVIRONMENT: 'staging', ...more });
  return service;
}

/** Has an ingest done, and what it tells sent. */
async function ingest(service: IngestionService): Promise<readonly string[]> {
  const id = await service.post(INGEST);
  for (const position of [0, 1, 2, 3]) await runStepAs(service, id, position, succeed);
  await send(service);
  return hook.received.map(({ body }) => String(body.text));
}

const send = (service: IngestionService, attempt = 1) =>
  sendNoticesHandler(3)({}, taskContext(service, { attempt }));

it('sends a message at each stage, in order', async () => {
  expect(await ingest(await start())).toEqual([
    '`image`: Starting data refresh | _Next: copying data from upstream_',
    '`image`: Data copy complete | _Next: data cleaning_',
    '`image`: Data cleaning complete | _Next: search reindex_',
    '`image`: Search reindex complete | _Next: verification_',
  ]);
});

it('has one shape of message', async () => {
  await ingest(await start());
  expect(hook.received[1]?.body).toEqual({
    blocks: [
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '`image`: Data copy complete | _Next: data cleaning_' },
      },
    ],
    text: '`image`: Data copy complete | _Next: data cleaning_',
    username: 'Data Refresh Notification | STAGING',
    icon_emoji: 'arrows_counterclockwise',
    unfurl_links: false,
    unfurl_media: false,
  });
});

it('sums up a message of several lines', () => {
  expect(slackMessage('one\ntwo', 'local')).toMatchObject({
    text: 'Ingestion server message',
    blocks: [{ text: { text: 'one\ntwo' } }],
  });
});

describe('the level', () => {
  it('leaves out what is verbose', async () => {
    const texts = await ingest(await start({ SLACK_LOG_LEVEL: 'INFO' }));
    expect(texts.filter((text) => text.includes('reindex complete'))).toEqual([]);
    expect(texts).toHaveLength(3);
  });

  it('leaves out everything but errors', async () => {
    const service = await start({ SLACK_LOG_LEVEL: 'ERROR' });
    expect(await ingest(service)).toEqual([]);
    const id = await service.post({ ...INGEST, model: 'audio' });
    const refuse = () => Promise.reject(new RefreshRefusedError('no such table <upstream>'));
    await expect(runStepAs(service, id, 0, refuse)).rejects.toThrow('no such table');
    await send(service);
    expect(hook.received.map(({ body }) => body.text)).toEqual([
      ':x_red: `audio`: INGEST_UPSTREAM failed: no such table &lt;upstream&gt;',
    ]);
  });
});

it('has the stack of an error that was not expected', async () => {
  const service = await start({ SLACK_LOG_LEVEL: 'ERROR' });
  const id = await service.post(INGEST);
  const fail = () => Promise.reject(new TypeError('x is not a function'));
  await expect(runStepAs(service, id, 0, fail)).rejects.toThrow();
  await send(service);
  const { text, blocks } = hook.received[0]?.body ?? {};
  expect(text).toBe('Ingestion server message');
  expect(blocks?.[0]?.text.text).toMatch(
    /failed: x is not a function\n```\nTypeError: x is not a function\n +at /,
  );
});

describe('a web-hook that is dead', () => {
  it('costs a line in the log, without the secret that it is, and messages do not pile up', async () => {
    const log = captureLog();
    const service = await start();
    await service.post(INGEST);
    hook.status = 503;
    await expect(send(service, 2)).rejects.toThrow('Slack responded with 503');
    const context = { ...taskContext(service, { attempt: 3 }), logger: log.logger };
    await sendNoticesHandler(3)({}, context);
    expect(log.lines).toHaveLength(1);
    expect(JSON.parse(log.lines[0] ?? '')).toMatchObject({
      msg: 'messages to Slack could not be sent',
      dropped: 1,
      reason: 'Slack responded with 503',
    });
    hook.status = 200;
    hook.received.length = 0;
    await send(service);
    expect(hook.received).toEqual([]);
  });

  it('gets the messages later where it comes back', async () => {
    const service = await start();
    await service.post(INGEST);
    hook.status = 503;
    await expect(send(service)).rejects.toThrow();
    hook.status = 200;
    hook.received.length = 0;
    await send(service);
    expect(hook.received).toHaveLength(1);
  });
});

it('sends nothing without a web-hook, and keeps nothing', async () => {
  service = await IngestionService.start();
  await service.post(INGEST);
  await send(service);
  expect(await service.own.database('ingestion.notices')).toEqual([]);
});
