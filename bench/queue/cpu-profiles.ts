import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of a file of `node --cpu-prof` that is read here. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Time that one process spent in a function itself, without what it called. */
export interface FunctionTime {
  readonly name: string;
  readonly milliseconds: number;
}

/** Returns the functions of each process that left a profile in a directory, by its pid, the dearest first. */
export async function readCpuProfiles(
  directory: string,
): Promise<ReadonlyMap<number, readonly FunctionTime[]>> {
  const profiles = new Map<number, readonly FunctionTime[]>();
  for (const name of await readdir(directory)) {
    // CPU.<date>.<time>.<pid>.<thread>.<number>.cpuprofile; a worker's watching thread has one too, which is idle.
    const [, pid, thread] = /\.(\d+)\.(\d+)\.\d+\.cpuprofile$/.exec(name) ?? [];
    if (pid === undefined || thread !== '0') continue;
    const profile: CpuProfile = JSON.parse(await readFile(join(directory, name), 'utf8'));
    profiles.set(Number(pid), functionTimes(profile));
  }
  return profiles;
}

function functionTimes({ nodes, samples, timeDeltas }: CpuProfile): readonly FunctionTime[] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const file = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(src|bench|test)\//, '$1/');
      return [id, `${functionName || 'anonymous'}${file ? ` ${file}:${lineNumber + 1}` : ''}`];
    }),
  );
  const milliseconds = new Map<string, number>();
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '?';
    milliseconds.set(name, (milliseconds.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  });
  return [...milliseconds]
    .map(([name, spent]) => ({ name, milliseconds: spent }))
    .toSorted((left, right) => right.milliseconds - left.milliseconds);
}
