import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../../platform/sibling-module.ts';
import type { CogDescription, CogEngine, CogRun } from '../cog-engine.ts';
import type { OtherProjections } from '../projections.ts';
import { intoScratchFolder } from '../scratch-folder.ts';
import type { Conversion } from './conversion.ts';
import { ConversionError, type ConversionMessage, errorOf } from './conversion-messages.ts';

/** What an operator allows, and adds. */
export interface BuiltInOptions {
  readonly projections: OtherProjections;
  readonly maximumPixels: number;
}

/** The engine that needs nothing installed: GeoTIFFs, and the projections of proj4. Each conversion has a thread. */
export function builtInEngine({ projections, maximumPixels }: BuiltInOptions): CogEngine {
  return {
    name: 'built-in',
    convert: (sourceFile, targetFile, options, run) =>
      intoScratchFolder(targetFile, run.signal, (scratchFolder) =>
        inThread(
          {
            sourceFile,
            targetFile: join(scratchFolder, 'cog'),
            scratchFolder,
            options,
            projections,
            maximumPixels,
          },
          run,
        ),
      ),
  };
}

async function inThread(conversion: Conversion, { signal, reportProgress }: CogRun): Promise<CogDescription> {
  const { promise, resolve, reject } = Promise.withResolvers<CogDescription>();
  const worker = new Worker(siblingModule(import.meta.url, './conversion-thread'), {
    workerData: conversion,
  });
  worker.on('message', (message: ConversionMessage) => {
    if (message.kind === 'progress') reportProgress(message.share);
    else if (message.kind === 'done') resolve(message.description);
    else reject(errorOf(message));
  });
  worker.on('error', (error) =>
    reject(new ConversionError(`The thread of the conversion failed: ${error.message}`, { cause: error })),
  );
  worker.on('exit', () => reject(new ConversionError('The thread of the conversion has ended.')));
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener('abort', abort);
    await worker.terminate();
  }
}
