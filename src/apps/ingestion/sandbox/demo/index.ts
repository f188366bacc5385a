import { type Command, InvalidArgumentError } from 'commander';
import type { AppDemo } from '../../../../app-kit/sandbox/app-demo.ts';

/** With fewer, a copy is over before it can be broken off; with more, the default limit would leave some out. */
const ROWS = { least: 5_000, most: 100_000 } as const;

/** Refreshes a table from an upstream database, and breaks a second refresh off: `npm run demo -- ingestion`. */
export const demo: AppDemo = {
  summary: 'refreshes a table of 100,000 rows, and breaks a refresh off',
  description:
    'Makes an upstream table, copies and indexes it, and swaps it in live. Then it cuts the upstream database off in the middle of a second refresh, and shows that nothing changed for readers and searches.',
  declare: (command: Command) =>
    command.option('--rows <number>', 'rows of the upstream table', rows, ROWS.most),
  async prepare({ options }) {
    const rowCount = Number(options['rows']);
    return {
      title: `a table of ${rowCount.toLocaleString('en')} rows, from upstream to live`,
      async run(context) {
        const { showRefreshes } = await import('./show-refreshes.ts');
        await showRefreshes(rowCount, context);
      },
    };
  },
};

function rows(text: string): number {
  const number = Number(text);
  if (/^\d{1,6}$/.test(text) && number >= ROWS.least && number <= ROWS.most) return number;
  throw new InvalidArgumentError(`It has to be a whole number from ${ROWS.least} to ${ROWS.most}.`);
}
