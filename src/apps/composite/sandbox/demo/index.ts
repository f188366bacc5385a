import { type Command, InvalidArgumentError } from 'commander';
import type { AppDemo } from '../../../../app-kit/sandbox/app-demo.ts';
import { callerOptions } from './caller-options.ts';
import { openOrigin } from './origin.ts';

/** Sends one PDF all the way: `npm run demo`. */
export const demo: AppDemo = {
  summary: 'sends a sample PDF all the way; -- my.pdf sends yours',
  description: 'Sends a PDF all the way: its pages become images in S3 and a batch at the DLCS.',
  declare: (command: Command) =>
    command
      .argument('[PDF]', 'a file, or an http, https or s3 URL; a sample without it')
      .option('--space <number>', 'the space of the DLCS that the images go to', wholeNumber, 1)
      .option('--customer <number>', 'the customer, where DLCS_API_ROOT is set', wholeNumber)
      .option('--authorization <header>', 'its Authorization, where DLCS_API_ROOT is set'),
  async prepare({ args: [pdf], options }) {
    const origin = await openOrigin(pdf);
    return {
      title: origin.title,
      async run(context) {
        const { sendAllTheWay } = await import('./send-all-the-way.ts');
        await sendAllTheWay(origin, callerOptions(options), context);
      },
      close: () => origin.close(),
    };
  },
};

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}
