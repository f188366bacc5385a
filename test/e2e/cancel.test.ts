import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskQueue } from '../../src/queue/index.ts';
import { eventually } from '../support/eventually.ts';
import { makePdf } from '../support/pdf.ts';
import { type MemberAnswer, ServiceUnderTest } from './service.ts';

const CUSTOMER = 7;
const PAGE_COUNT = 60;

describe('a member whose task is cancelled', () => {
  let service: ServiceUnderTest;
  let queue: TaskQueue;
  beforeEach(async () => {
    service = await ServiceUnderTest.start({
      PDF_RASTERIZER_DPI: '150',
      PDF_RASTERIZER_THREAD_COUNT: '1',
      DLCS_BATCH_SIZE: '20',
      ENGINE_WORKER_COUNT: '1',
    });
    queue = service.openQueue();
  });
  afterEach(() => service.stop());

  async function submitBook(): Promise<MemberAnswer> {
    const origin = service.serve('/book.pdf', await makePdf(PAGE_COUNT));
    const { members } = await service.submit(CUSTOMER, [
      { '@type': 'vocab:Composite', id: 'book-{:03d}', space: 4, origin, incrementSeed: 1 },
    ]);
    return members[0] as MemberAnswer;
  }

  async function read(member: MemberAnswer): Promise<MemberAnswer> {
    return (await (await service.get(member.id)).json()) as MemberAnswer;
  }

  async function taskOf(member: MemberAnswer): Promise<string> {
    const stored = await service.database
      .database('composite.members')
      .where({ id: member.id.split('/').at(-1) })
      .first<{ task_id: string }>('task_id');
    return stored.task_id;
  }

  /** Sends its task back: the member has to come through, each page once. */
  async function expectResubmittable(taskId: string, member: MemberAnswer): Promise<void> {
    const [newTaskId = ''] = await queue.resubmitTasks([taskId]);
    expect(await queue.fetch(newTaskId, { wait: 60_000 })).toMatchObject({ success: true });
    expect(await read(member)).toMatchObject({
      status: 'COMPLETED',
      progress: { pages_done: PAGE_COUNT, pages_total: PAGE_COUNT },
    });
    const images = service.dlcs.takenBatches(CUSTOMER).flatMap((batch) => batch.images);
    expect(new Set(images.map(({ id }) => id)).size).toBe(PAGE_COUNT);
    expect(images).toHaveLength(PAGE_COUNT);
    expect(await service.scratchFolders()).toEqual([]);
  }

  it('in the middle of its PDF stops, says so, leaves nothing behind, and can be sent back', async () => {
    await service.startEngine();
    const member = await submitBook();
    const drawn = await eventually(
      async () => {
        const now = await read(member);
        return (now.progress?.pages_done ?? 0) > 0 ? now : undefined;
      },
      undefined,
      10,
    );
    expect(drawn.status).toBe('RASTERIZING');
    const taskId = await taskOf(member);
    expect(await queue.cancel(taskId, 'Ada')).toBe('cancelling');
    expect(await queue.fetch(taskId, { wait: 60_000 })).toMatchObject({
      success: false,
      cancelled: true,
      result: { error: 'Cancelled by Ada' },
    });

    const response = await service.get(member.id);
    expect(response.status).toBe(422);
    const stopped = (await response.json()) as MemberAnswer;
    expect(stopped).toMatchObject({
      status: 'ERROR',
      error: expect.stringContaining('Cancelled by Ada'),
      image_count: PAGE_COUNT,
    });
    expect(stopped.progress?.pages_done).toBeGreaterThanOrEqual(drawn.progress?.pages_done ?? Number.NaN);
    expect(stopped.progress?.pages_done).toBeLessThan(PAGE_COUNT);
    expect(await service.scratchFolders()).toEqual([]);
    expect(service.dlcs.takenBatches(CUSTOMER)).toEqual([]);

    await expectResubmittable(taskId, member);
  });

  it('before any engine has it says so at once, and can be sent back', async () => {
    const member = await submitBook();
    const taskId = await taskOf(member);
    expect(await queue.cancel(taskId, 'Ada')).toBe('cancelled');
    expect(await read(member)).toMatchObject({ status: 'ERROR', error: 'Cancelled by Ada' });
    await service.startEngine();
    await expectResubmittable(taskId, member);
  });
});
