import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AppDemo } from '../../../../app-kit/sandbox/app-demo.ts';
import { PAPER_SIZES } from '../../generators/paper.ts';

/** The most copies that are made for a demo. */
const MOST_COPIES = 100;

/** Orders a set of worksheets, and fetches them: `npm run demo -- render`. */
export const demo: AppDemo = {
  summary: 'orders four worksheets, and fetches their PDFs',
  description:
    'Orders four worksheets through a pull queue, waits for their results by leasing them, and stores the PDFs in a folder.',
  declare: (command: Command) =>
    command
      .option('--copies <number>', 'copies of each worksheet in its PDF', copies, 1)
      .addOption(
        new Option('--paper <size>', 'the size of the paper').choices(PAPER_SIZES).default(PAPER_SIZES[0]),
      ),
  async prepare({ options }) {
    const paperSize = String(options['paper']);
    const count = Number(options['copies']);
    return {
      title: 'four worksheets for a class',
      async run(context) {
        const { orderWorksheets } = await import('./order-worksheets.ts');
        await orderWorksheets({ paperSize, copies: count }, context);
      },
    };
  },
};

function copies(text: string): number {
  const number = Number(text);
  if (/^\d{1,3}$/.test(text) && number >= 1 && number <= MOST_COPIES) return number;
  throw new InvalidArgumentError(`It has to be a whole number from 1 to ${MOST_COPIES}.`);
}
