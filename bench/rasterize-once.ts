import { createRasterizer } from '../src/apps/composite/rasterizers/index.ts';
import { freePage } from '../src/apps/composite/rasterizers/rasterizer.ts';
import { compositeSettings } from '../src/apps/composite/settings.ts';
import { readSettings } from '../test/support/settings.ts';

/** What one run in a process of its own needed. */
export interface RunFigures {
  readonly pageCount: number;
  readonly imageBytes: number;
  /** Of the whole process, with all its threads. */
  readonly peakBytes: number;
}

// Rasterizes one PDF with the settings of the environment, throws the pages away, and prints what that needed:
//   node bench/rasterize-once.ts file.pdf [milliseconds that the consumer takes for each page]
const [path = '', millisecondsPerPage = '0'] = process.argv.slice(2);
const { rasterizer: settings } = readSettings({
  DJANGO_SECRET_KEY: 'not used here',
  DATABASE_URL: 'postgresql://not/used',
  ...process.env,
}).of(compositeSettings);
const { signal } = new AbortController();
const document = await createRasterizer(settings.engine).open(path, settings, signal);
let imageBytes = 0;
for await (const page of document.pages(signal)) {
  imageBytes += page.body.length;
  freePage(page);
  if (millisecondsPerPage !== '0')
    await new Promise((resolve) => setTimeout(resolve, Number(millisecondsPerPage)));
}
await document.close();
const figures: RunFigures = {
  pageCount: document.pageCount,
  imageBytes,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
