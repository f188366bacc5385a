import { createRequire } from 'node:module';
import { relative } from 'node:path';

// The package's types describe it as CommonJS, where the class is a property beside others.
const jestSequencer: typeof import('@jest/test-sequencer') = createRequire(import.meta.url)(
  '@jest/test-sequencer',
);

type TestFiles = Parameters<InstanceType<typeof jestSequencer.default>['sort']>[0];

/** Where the long test files are. Some mostly wait, for leases that run out, and others mostly compute. */
const LONG_TESTS = ['test/chaos/', 'test/e2e/', 'test/queue/engine/', 'test/standalone', 'test/demo'];

/**
 * Starts the long test files first, one of each folder in turn, so that those that compute use the time in which others
 * wait, and the short ones fill the gaps. Jest would go by the size of the files where it has run none of them before.
 */
export default class LongestFirst extends jestSequencer.default {
  override async sort(files: TestFiles): Promise<TestFiles> {
    const usualOrder = await super.sort(files);
    const byFolder = Map.groupBy(usualOrder, longFolderOf);
    const short = byFolder.get(undefined) ?? [];
    byFolder.delete(undefined);
    const turns = [...byFolder.values()].flatMap((group) => group.map((file, turn) => ({ file, turn })));
    const long = turns.toSorted((left, right) => left.turn - right.turn).map(({ file }) => file);
    return [...long, ...short];
  }
}

/** Which of the long folders a file is in; `undefined` for any other. */
function longFolderOf({ path, context }: TestFiles[number]): string | undefined {
  const file = relative(context.config.rootDir, path);
  return LONG_TESTS.find((start) => file.startsWith(start));
}
