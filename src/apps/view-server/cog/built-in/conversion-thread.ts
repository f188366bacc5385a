// A thread that does one conversion, so that resampling holds nobody else up, and can be ended at any time.

import { parentPort, workerData } from 'node:worker_threads';
import { errorMessage } from '../../../../platform/error-message.ts';
import { UnreadableImageError } from '../cog-engine.ts';
import type { ConversionMessage } from './conversion-messages.ts';
import { type Conversion, convertImage } from './convert-image.ts';

const conversion: Conversion = workerData;
const say = (message: ConversionMessage) => parentPort?.postMessage(message);

try {
  const description = await convertImage(conversion, (share) => say({ kind: 'progress', share }));
  say({ kind: 'done', description });
} catch (error) {
  say({
    kind: 'failed',
    message: errorMessage(error),
    isUnreadable: error instanceof UnreadableImageError,
  });
}
