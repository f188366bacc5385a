import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { purgeTiles } from '../../../src/map-kit/tile-cache/purge-tiles.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type NodeProcess, startNodeProcess } from '../../support/node-process.ts';
import { ALWAYS, SCHEMA } from './tile-cache-under-test.ts';

let test: TestDatabase;
let folder: string;
let processes: NodeProcess[];
let urls: string[];

beforeEach(async () => {
  test = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'tiles-'));
  await test.database.raw('CREATE TABLE pictures AS SELECT 0 AS value');
  processes = [1, 2].map(() =>
    startNodeProcess(new URL('tile-server.ts', import.meta.url), { DATABASE_URL: test.url, OBJECTS: folder }),
  );
  urls = await Promise.all(
    processes.map(async (each) => {
      const { port } = await each.waitForLine(({ msg }) => msg === 'listening');
      return `http://127.0.0.1:${port}`;
    }),
  );
});

afterEach(async () => {
  for (const each of processes) each.kill('SIGTERM');
  await Promise.all(processes.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
  await test.drop();
});

/** Returns the number in a tile of one of the processes. */
async function picture(process: number, x = 4): Promise<number> {
  const response = await fetch(`${urls[process]}/?x=${x}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return Number(text.split(' ')[0]);
}

describe('two processes with one cache', () => {
  it('never serve a picture that was replaced before it was asked for', async () => {
    const changes = 60;
    let committed = 0;
    const stale: string[] = [];
    const seen = new Set<number>();
    const replacing = (async () => {
      while (committed < changes) {
        await test.database.transaction(async (transaction) => {
          await transaction('pictures').increment('value', 1);
          await purgeTiles(transaction, SCHEMA, [
            {
              sources: ['images'],
              boxes: [{ minX: 1, minY: 1, maxX: 2, maxY: 2 }],
              interval: ALWAYS,
            },
          ]);
        });
        committed += 1;
        // Some pictures are asked for often, and some while the next one is being stored.
        for (let count = committed % 4; count > 0; count -= 1) seen.add(await picture(committed % 2));
      }
    })();
    const clients = [0, 1, 0, 1].map(async (process) => {
      while (committed < changes) {
        const before = committed;
        const shown = await picture(process);
        seen.add(shown);
        if (shown < before) stale.push(`process ${process} showed ${shown} after ${before}`);
      }
    });
    await Promise.all([replacing, ...clients]);
    expect(stale).toEqual([]);
    expect(seen.size).toBeGreaterThan(10);
    expect(await Promise.all([picture(0), picture(1)])).toEqual([changes, changes]);
  });

  it('draw a tile again whose process was killed', async () => {
    processes[0]?.kill('SIGSTOP');
    const frozen = picture(0).catch(() => 'killed');
    processes[0]?.kill('SIGKILL');
    expect(await frozen).toBe('killed');
    expect(await picture(1)).toBe(0);
  });
});
