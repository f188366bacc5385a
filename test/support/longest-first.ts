import { createRequire } from 'node:module';
import { relative } from 'node:path';

// The package's types describe it as CommonJS, where the class is a property beside others.
const jestSequencer: typeof import('@jest/test-sequencer') = createRequire(import.meta.url)(
  '@jest/test-sequencer',
);

type TestFiles = Parameters<InstanceType<typeof jestSequencer.default>['sort']>[0];

/** The tests that mostly wait, for leases that run out and for processes that start: longest first. */
const LONG_TESTS = ['test/chaos/', 'test/e2e/', 'test/queue/engine/', 'test/standalone', 'test/demo'];

/**
 * Starts the long test files first, so that the short ones fill the time that these wait. Without it, a run that
 * knows no durations from an earlier one goes by the size of the files.
 */
export default class LongestFirst extends jestSequencer.default {
  override async sort(files: TestFiles): Promise<TestFiles> {
    const usualOrder = await super.sort(files);
    return usualOrder.toSorted((left, right) => rankOf(left) - rankOf(right));
  }
}

/** The place of a file's folder among the long ones; behind them all for a file of another folder. */
function rankOf({ path, context }: TestFiles[number]): number {
  const file = relative(context.config.rootDir, path);
  const rank = LONG_TESTS.findIndex((start) => file.startsWith(start));
  return rank < 0 ? LONG_TESTS.length : rank;
}
