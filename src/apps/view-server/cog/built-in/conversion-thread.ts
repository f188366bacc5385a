// A thread that does one conversion, so that it holds up nothing else, and can be ended at any time.

import { parentPort, workerData } from 'node:worker_threads';
import type { Conversion } from './conversion.ts';
import { type ConversionMessage, failureOf } from './conversion-messages.ts';
import { convertImage } from './convert-image.ts';

const conversion: Conversion = workerData;
const say = (message: ConversionMessage) => parentPort?.postMessage(message);

try {
  const description = await convertImage(conversion, (share) => say({ kind: 'progress', share }));
  say({ kind: 'done', description });
} catch (error) {
  say(failureOf(error));
}
