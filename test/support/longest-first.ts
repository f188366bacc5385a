import { createRequire } from 'node:module';
import { relative } from 'node:path';

// The package's types describe it as CommonJS, where the class is a property beside others.
const jestSequencer: typeof import('@jest/test-sequencer') = createRequire(import.meta.url)(
  '@jest/test-sequencer',
);

type TestFiles = Parameters<InstanceType<typeof jestSequencer.default>['sort']>[0];

/** Groups of long test files. Some mostly wait, for leases that run out, and others mostly compute. */
const LONG_TESTS = [
  /^test\/chaos\//,
  /^test\/e2e\//,
  /^test\/queue\/(engine|brokers)\//,
  /^test\/(standalone|management|new-app|entrypoints)/,
  /(kill|crash|broken-connections|lease-plan)/,
  /(demo|sandbox|commands)/,
  /\/(rasterizers|cog|copy|flow)/,
];

/**
 * Starts the long test files first, one of each group in turn, so that those that compute use the time in which others
 * wait, and the short ones fill the gaps. Jest would go by the size of the files where it has run none of them before.
 */
export default class LongestFirst extends jestSequencer.default {
  override async sort(files: TestFiles): Promise<TestFiles> {
    const usualOrder = await super.sort(files);
    const byGroup = Map.groupBy(usualOrder, longGroupOf);
    const short = byGroup.get(undefined) ?? [];
    byGroup.delete(undefined);
    const turns = [...byGroup.values()].flatMap((group) => group.map((file, turn) => ({ file, turn })));
    const long = turns.toSorted((left, right) => left.turn - right.turn).map(({ file }) => file);
    return [...long, ...short];
  }
}

/** Returns which group of long files a file is in; `undefined` for any other. */
function longGroupOf({ path, context }: TestFiles[number]): RegExp | undefined {
  const file = relative(context.config.rootDir, path);
  return LONG_TESTS.find((group) => group.test(file));
}
