import { type ChildProcess, fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { makeOriginals } from './originals.ts';
import { type FuzzCase, HANG_SECONDS, mutatedPdf, type TrialResult } from './trial.ts';

// npm run fuzz [-- --seed <number>] [--cases <number>] [--processes <number>]: draws mutated PDFs until Ctrl-C, or so many.
// npm run fuzz -- --seed <number> --case <number>: writes the PDF of one case into a file, and draws it.

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    cases: { type: 'string', default: 'Infinity' },
    case: { type: 'string' },
    processes: { type: 'string', default: '2' },
  },
});
const seed = Number(options.seed);

/** A process that has said nothing for so long, although it draws for no longer than {@link HANG_SECONDS}, hangs itself. */
const SILENCE_MILLISECONDS = (HANG_SECONDS + 30) * 1_000;

/** Cases between two lines about how it goes. */
const CASES_BETWEEN_LINES = 1_000;

/** What was found so far. */
class Tally {
  readonly #begun = performance.now();
  readonly #errors = new Map<string, number>();
  cases = 0;
  faults = 0;
  #drawn = 0;
  #slowestSeconds = 0;
  #memoryBytes = 0;

  add({ caseNumber }: FuzzCase, { outcome, seconds, fault, memoryBytes }: TrialResult): void {
    this.cases += 1;
    this.#slowestSeconds = Math.max(this.#slowestSeconds, seconds);
    this.#memoryBytes = Math.max(this.#memoryBytes, memoryBytes);
    if ('error' in outcome) {
      const kind = outcome.error.replaceAll(/"[^"]*"/g, '"…"').replaceAll(/\d[\d.]*/g, '#');
      this.#errors.set(kind, (this.#errors.get(kind) ?? 0) + 1);
    } else this.#drawn += 1;
    if (fault !== undefined) {
      this.faults += 1;
      console.error(
        `FAULT: case ${caseNumber} ${fault} (npm run fuzz -- --seed ${seed} --case ${caseNumber})`,
      );
    }
    if (this.cases % CASES_BETWEEN_LINES === 0) console.log(this.line());
  }

  line(): string {
    const seconds = Math.round((performance.now() - this.#begun) / 1_000);
    return (
      `seed ${seed}: ${this.cases} cases in ${seconds} s: ${this.#drawn} drawn, ${this.cases - this.#drawn} errors, ` +
      `${this.faults} faults; slowest ${this.#slowestSeconds.toFixed(1)} s, most memory ${Math.round(this.#memoryBytes / 1024 ** 2)} MiB`
    );
  }

  errors(): string {
    return [...this.#errors]
      .sort(([, left], [, right]) => right - left)
      .map(([kind, count]) => `${String(count).padStart(7)}  ${kind}`)
      .join('\n');
  }
}

async function replay(caseNumber: number): Promise<void> {
  const path = `fuzz-${seed}-${caseNumber}.pdf`;
  await writeFile(path, mutatedPdf({ seed, caseNumber }, await makeOriginals()));
  console.log(`The PDF is written to ${path}`);
  const child = startProcess();
  console.log(await tryIn(child, { seed, caseNumber }));
  child.kill('SIGKILL');
}

async function runAll(): Promise<void> {
  const tally = new Tally();
  const mostCases = Number(options.cases);
  let isStopping = false;
  process.once('SIGINT', () => {
    isStopping = true;
  });
  let caseNumber = 0;
  console.log(`seed ${seed}`);
  const lanes = Array.from({ length: Number(options.processes) }, async () => {
    let child = startProcess();
    while (!isStopping && caseNumber < mostCases) {
      caseNumber += 1;
      const fuzzCase = { seed, caseNumber };
      const result = await tryIn(child, fuzzCase);
      tally.add(fuzzCase, result);
      if (result.fault === undefined) continue;
      child.kill('SIGKILL');
      child = startProcess();
    }
    child.kill('SIGKILL');
  });
  await Promise.all(lanes);
  console.log(`${tally.errors()}\n${tally.line()}`);
  process.exitCode = tally.faults > 0 ? 1 : 0;
}

function startProcess(): ChildProcess {
  return fork(new URL('./fuzzed-process.ts', import.meta.url), { detached: true });
}

/** What becomes of a case in a process; that the process ends is a result too. */
async function tryIn(child: ChildProcess, fuzzCase: FuzzCase): Promise<TrialResult> {
  const { promise, resolve } = Promise.withResolvers<TrialResult>();
  const begun = performance.now();
  const fail = (fault: string) => {
    const seconds = (performance.now() - begun) / 1_000;
    resolve({ outcome: { error: fault }, seconds, fault, memoryBytes: 0 });
  };
  const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
    fail(`crashes the process (${signal ?? `exit code ${code}`})`);
  const timer = setTimeout(() => fail('hangs the whole process'), SILENCE_MILLISECONDS);
  child.once('message', resolve);
  child.once('exit', onExit);
  child.send(fuzzCase);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    child.off('message', resolve);
    child.off('exit', onExit);
  }
}

if (options.case === undefined) await runAll();
else await replay(Number(options.case));
