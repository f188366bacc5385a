import { renderDocument } from '../../../../src/apps/render/documents/render-document.ts';
import { findGenerator, GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import { firstOptions } from '../../../../src/apps/render/generators/options.ts';
import { sheetRequest } from '../sheet-request.ts';

// Renders documents of the kind that its argument names, and prints by how many bytes that made this process larger.

const HUNT = {
  prefilled_values: 'medium',
  number_order: 'unsorted',
  instructions: false,
  art: 'colour',
} as const;

/** By how much the process is larger at its largest with a thousand copies than with a quarter of them. */
async function bytesOfCopies(): Promise<number> {
  const largestBytes = async (copies: number) => {
    await renderDocument(sheetRequest({ resourceView: 'treasure_hunt', options: HUNT, copies }));
    return process.resourceUsage().maxRSS * 1024;
  };
  const before = await largestBytes(250);
  return (await largestBytes(1_000)) - before;
}

/** By how much the process is larger after three hundred documents, when it has rendered some before. */
async function bytesOfMany(): Promise<number> {
  const views = GENERATORS.filter(({ view }) => view !== 'binary_cards_small').map(({ view }) => view);
  const render = async (from: number, to: number) => {
    for (let seed = from; seed < to; seed += 1) {
      const view = views[seed % views.length] ?? '';
      const options = firstOptions(findGenerator(view)?.options ?? {});
      await renderDocument(sheetRequest({ resourceView: view, options, seed, headerText: `Sheet ${seed}` }));
    }
  };
  await render(0, 150);
  const before = process.memoryUsage.rss();
  await render(150, 450);
  return process.memoryUsage.rss() - before;
}

const grownBytes = await (process.argv[2] === 'copies' ? bytesOfCopies() : bytesOfMany());
process.stdout.write(`${JSON.stringify({ grownBytes })}\n`);
