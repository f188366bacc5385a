// A thread that warps parts of an image, as it is asked for them.

import { parentPort, workerData } from 'node:worker_threads';
import { bytesOf, viewSamples } from '../tiff/samples.ts';
import { Warp } from '../warp/warp-image.ts';
import type { Conversion } from './conversion.ts';
import { failureOf, type WarpMessage, type WarpRequest } from './conversion-messages.ts';
import { planConversion } from './plan-conversion.ts';

const conversion: Conversion = workerData;
const planning = planConversion(conversion).then((planned) => ({
  ...planned,
  warp: new Warp(planned.reader, planned.plan, planned.sampling),
}));
// What fails is said when a part is asked for.
planning.catch(() => undefined);

let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (part: WarpRequest) => {
  last = last.then(() => make(part));
});

async function make(part: WarpRequest): Promise<void> {
  try {
    const { warp, reader, sampling } = await planning;
    const { bandCount, sampleType } = reader.description;
    const bytes = new Uint8Array(part.width * part.height * bandCount * bytesOf(sampleType));
    const lines = viewSamples(sampleType, bytes).fill(sampling.targetNodata ?? 0);
    await warp.make(part, lines, part.top);
    say({ kind: 'lines', bytes });
  } catch (error) {
    say(failureOf(error));
  }
}

function say(message: WarpMessage): void {
  parentPort?.postMessage(message, message.kind === 'lines' ? [message.bytes.buffer] : []);
}
