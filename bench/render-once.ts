import { renderDocument } from '../src/apps/render/documents/render-document.ts';
import { secondsOf } from './figures.ts';

// Renders one document twice: one copy to warm up, and then what the request, the first argument as JSON, asks for.
// Prints pages, seconds, bytes of the PDF, and the most memory that the process had, in bytes.

const request = JSON.parse(process.argv[2] ?? '{}');
await renderDocument({ ...request, copies: 1 });
let figures = [0, 0];
const seconds = await secondsOf(async () => {
  const { pages, pdf } = await renderDocument(request);
  figures = [pages, pdf.length];
});
const [pages, bytes] = figures;
process.stdout.write(JSON.stringify([pages, seconds, bytes, process.resourceUsage().maxRSS * 1024]));
