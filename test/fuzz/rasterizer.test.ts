import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeOriginals } from './originals.ts';
import { fingerprint, mutatedPdf, tryCase } from './trial.ts';

/** The suite sees the same ones each time; `npm run fuzz` goes on with others. */
const SEED = 1;
const CASES = 200;

describe(`mutated PDFs (npm run fuzz -- --seed ${SEED} --case <number> replays one)`, () => {
  let folder: string;
  let originals: readonly Buffer[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
    originals = await makeOriginals();
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('are made from PDFs that are drawn', async () => {
    for (const original of originals) {
      const path = join(folder, 'original.pdf');
      await writeFile(path, original);
      expect(await fingerprint(path)).toBe(await fingerprint(path));
    }
  });

  it('are the same for the same seed and case', () => {
    const digest = (seed: number, caseNumber: number) => mutatedPdf({ seed, caseNumber }, originals);
    expect(digest(3, 14)).toEqual(digest(3, 14));
    expect(digest(3, 15)).not.toEqual(digest(3, 14));
    expect(digest(4, 14)).not.toEqual(digest(3, 14));
  });

  it('are drawn or refused: none crashes, hangs, or takes too much memory, and the next one is as well off', async () => {
    const healthy = join(folder, 'healthy.pdf');
    await writeFile(healthy, originals[0] ?? '');
    const before = await fingerprint(healthy);
    const faults: string[] = [];
    for (let caseNumber = 1; caseNumber <= CASES; caseNumber += 1) {
      const { fault } = await tryCase({ seed: SEED, caseNumber }, originals, folder);
      if (fault !== undefined) faults.push(`case ${caseNumber} ${fault}`);
    }
    expect(faults).toEqual([]);
    expect(await fingerprint(healthy)).toBe(before);
  }, 120_000);
});
