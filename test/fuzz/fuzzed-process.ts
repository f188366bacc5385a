import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOriginals } from './originals.ts';
import { type FuzzCase, fingerprint, type TrialResult, tryCase } from './trial.ts';

// Draws the mutated PDFs that `run.ts` names, one after the other, in a process of its own, which may break down by it.

/** After so many cases a healthy PDF has to look as it did. */
const CASES_BETWEEN_HEALTHY = 25;

const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
const originals = await makeOriginals();
const healthyPath = join(folder, 'healthy.pdf');
await writeFile(healthyPath, originals.at(-4) ?? '');
const healthy = await fingerprint(healthyPath);
let count = 0;

process.on('message', (fuzzCase: FuzzCase) => {
  void tryNext(fuzzCase).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit());

async function tryNext(fuzzCase: FuzzCase): Promise<TrialResult> {
  const result = await tryCase(fuzzCase, originals, folder);
  count += 1;
  if (count % CASES_BETWEEN_HEALTHY !== 0) return result;
  const isHealthy = (await fingerprint(healthyPath).catch(String)) === healthy;
  const fault = isHealthy ? undefined : 'or one shortly before it changes how a healthy PDF is drawn';
  return { ...result, fault: result.fault ?? fault };
}
