import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { makePdf } from '../support/pdf.ts';
import { type MemberAnswer, ServiceUnderTest } from './service.ts';

const CUSTOMER = 7;
const PAGE_COUNT = 40;

describe('a worker process that is killed', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await ServiceUnderTest.start({
      PDF_RASTERIZER_DPI: '72',
      DLCS_BATCH_SIZE: '10',
      ENGINE_WORKER_COUNT: '1',
    });
  });
  afterEach(() => service.stop());

  async function submitBook(): Promise<MemberAnswer> {
    const { members } = await service.submit(CUSTOMER, [
      {
        '@type': 'vocab:Composite',
        id: 'book-{:03d}',
        space: 4,
        origin: service.serve('/book.pdf', await makePdf(PAGE_COUNT)),
        incrementSeed: 1,
      },
    ]);
    return members[0] as MemberAnswer;
  }

  function expectEveryPageOnce(): void {
    const images = service.dlcs.takenBatches(CUSTOMER).flatMap((batch) => batch.images);
    const ids = Array.from(
      { length: PAGE_COUNT },
      (_, index) => `book-${String(index + 1).padStart(3, '0')}`,
    );
    expect(images.map(({ id }) => id)).toEqual(ids);
    expect(service.dlcs.takenBatches(CUSTOMER)).toHaveLength(PAGE_COUNT / 10);
  }

  it('while it draws pages: the member is completed, and no page or batch is doubled', async () => {
    const engine = await service.startEngine();
    const member = await submitBook();
    const { pid } = await engine.waitForLine(({ msg }) => msg === 'the origin is fetched');
    process.kill(Number(pid), 'SIGKILL');
    await service.waitForStatus(member.id, 'COMPLETED');
    expect(engine.log.filter(({ msg }) => msg === 'task started')).toHaveLength(2);
    expectEveryPageOnce();
  });

  it('after the DLCS has taken a batch whose answer it never read: the batch is found, not posted again', async () => {
    const engine = await service.startEngine();
    service.dlcs.fail({ route: 'queue', when: 'afterStoring', hang: true });
    const member = await submitBook();
    await eventually(() => service.dlcs.takenBatches(CUSTOMER).length === 1);
    const { pid } = await engine.waitForLine(({ msg }) => msg === 'task started');
    process.kill(Number(pid), 'SIGKILL');
    await service.waitForStatus(member.id, 'COMPLETED');
    expectEveryPageOnce();
    expect(engine.log.filter(({ msg }) => msg === 'the origin is fetched')).toHaveLength(1);
  });

  it('while the DLCS is still storing a batch: the batch is waited for, not posted again', async () => {
    const engine = await service.startEngine();
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    service.dlcs.fail({ route: 'queue', until: stored });
    const member = await submitBook();
    const failuresUrl = `${service.dlcs.url}/sandbox/failures`;
    await eventually(async () => (await (await fetch(failuresUrl)).text()) === '[]');
    const { pid } = await engine.waitForLine(({ msg }) => msg === 'task started');
    process.kill(Number(pid), 'SIGKILL');
    await engine.waitForLine(({ msg }) => String(msg).includes('may still be storing it'));
    store();
    await service.waitForStatus(member.id, 'COMPLETED');
    expectEveryPageOnce();
  });
});
