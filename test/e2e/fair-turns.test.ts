import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LocalServer, listenLocally } from '../../src/app-kit/sandbox/local-server.ts';
import { eventually } from '../support/eventually.ts';
import { makePdf } from '../support/pdf.ts';
import { ServiceUnderTest } from './service.ts';

const BIG_CUSTOMER = 1;
const OTHER_CUSTOMERS = [2, 3, 4, 5, 6, 7, 8, 9, 10];
const WORKERS = 2;

describe('customers beside one who has four endless origins and 1,000 members waiting', () => {
  let service: ServiceUnderTest;
  let endlessOrigin: LocalServer;

  beforeEach(async () => {
    endlessOrigin = await listenLocally((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/pdf' });
      response.write('%');
      const timer = setInterval(() => response.write('.'), 1_000);
      response.on('close', () => clearInterval(timer));
    });
    service = await ServiceUnderTest.start({
      PDF_RASTERIZER_DPI: '36',
      ENGINE_WORKER_COUNT: String(WORKERS),
      ENGINE_WORKER_TIMEOUT: '6',
      ENGINE_WORKER_RETRY: '7',
      ENGINE_WORKER_RETRY_MAX: '0',
      Q_CLUSTER_SAVE_LIMIT: '0',
    });
  });
  afterEach(async () => {
    await service.stop();
    await endlessOrigin.close();
  });

  function member(origin: string, index = 0): object {
    return { '@type': 'vocab:Composite', id: `page-${index}-{}`, space: 4, origin, incrementSeed: 1 };
  }

  it('are all served while those still wait, in the time that their turns take', async () => {
    const origin = service.serve('/one-page.pdf', await makePdf(1));
    await service.submit(BIG_CUSTOMER, [
      ...Array.from({ length: 4 }, () => member(`${endlessOrigin.url}/endless.pdf`)),
      ...Array.from({ length: 1_000 }, (_, index) => member(origin, index)),
    ]);
    await service.startEngine();
    // Both workers are at what does not end.
    await eventually(async () => (await running()) === WORKERS);
    const submitted = await Promise.all(
      OTHER_CUSTOMERS.map((customer) => service.submit(customer, [member(origin)])),
    );
    for (const { members } of submitted)
      for (const { id } of members) await service.waitForStatus(id, 'COMPLETED');

    expect(await waitingOf(BIG_CUSTOMER)).toBeGreaterThan(500);
    const { longestSeconds, othersSeconds } = await durations();
    const keys = 1 + OTHER_CUSTOMERS.length;
    expect(othersSeconds).toHaveLength(OTHER_CUSTOMERS.length);
    expect(Math.max(...othersSeconds)).toBeLessThanOrEqual((keys * longestSeconds) / WORKERS);
  });

  async function running(): Promise<number> {
    const { rows } = await service.database.database.raw(
      'SELECT FROM queue.leases WHERE started IS NOT NULL',
    );
    return rows.length;
  }

  async function waitingOf(customer: number): Promise<number> {
    return (await service.database.database('pgboss.job').where({ fairness_key: `customer ${customer}` }))
      .length;
  }

  /** How long the longest attempt had its worker, and how long after their submission the others' tasks ended. */
  async function durations(): Promise<{ longestSeconds: number; othersSeconds: number[] }> {
    const { database } = service.database;
    const { rows } = await database.raw<{ rows: { longestSeconds: number }[] }>(
      `SELECT max(extract(epoch FROM ended - taken))::double precision AS "longestSeconds" FROM queue.attempts`,
    );
    const { rows: others } = await database.raw<{ rows: { seconds: number }[] }>(
      `SELECT extract(epoch FROM stopped - started)::double precision AS seconds
       FROM queue.tasks WHERE success AND options ->> 'fairnessKey' <> 'customer ${BIG_CUSTOMER}'`,
    );
    return {
      longestSeconds: rows[0]?.longestSeconds ?? 0,
      othersSeconds: others.map(({ seconds }) => seconds),
    };
  }
});
