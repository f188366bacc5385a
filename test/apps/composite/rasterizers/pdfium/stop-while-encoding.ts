import { setTimeout as sleep } from 'node:timers/promises';
import { createRasterizer } from '../../../../../src/apps/composite/rasterizers/index.ts';
import type { PageFormat } from '../../../../../src/apps/composite/settings.ts';
import { allOf } from '../all-of.ts';

// Rasterizes a PDF again and again, and stops each time at another moment: most of its time goes into encoding, so
// that many of these moments are in the middle of that. Arguments: the PDF, the format, and how many times.
const [path = '', format = 'jpg', times = '1'] = process.argv.slice(2);
const settings = {
  engine: 'pdfium',
  threadCount: 2,
  dpi: 300,
  fallbackDpi: 300,
  format: format as PageFormat,
  maximumLengthPixels: 0,
  pageTimeoutSeconds: 60,
  maximumPages: 0,
  brokenPages: 'fail',
  useCropBox: false,
} as const;

for (let time = 0; time < Number(times); time += 1) {
  const stop = new AbortController();
  const document = await createRasterizer('pdfium').open(path, settings, stop.signal);
  const taken = allOf(document.pages(stop.signal)).catch((error: unknown) => error);
  await sleep(10 + 8 * time);
  stop.abort(new Error('enough'));
  await taken;
  await document.close();
}
process.stdout.write('still here\n');
