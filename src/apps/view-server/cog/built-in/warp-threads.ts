import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../../platform/sibling-module.ts';
import type { Samples, SampleType } from '../cog-reader.ts';
import { release, viewSamples } from '../tiff/samples.ts';
import type { Part } from '../warp/coordinate-grid.ts';
import type { PartMaker } from '../warp/warp-image.ts';
import type { Conversion } from './conversion.ts';
import { ConversionError, errorOf, type WarpMessage, type WarpRequest } from './conversion-messages.ts';

/** Parts that are made, or wait to be taken, besides one for each thread. */
const SPARE_PARTS = 1;

/** Makes the parts of an image in threads, ahead of their being asked for. Each thread reads the image by itself. */
export class WarpThreads implements PartMaker {
  readonly #parts: readonly Part[];
  readonly #sampleType: SampleType;
  readonly #threads: readonly WarpThread[];
  readonly #made: Promise<Uint8Array>[] = [];
  #asked = 0;

  /** @param parts all of them, in the order in which they are asked for. */
  constructor(conversion: Conversion, parts: readonly Part[], sampleType: SampleType) {
    this.#parts = parts;
    this.#sampleType = sampleType;
    this.#threads = Array.from({ length: conversion.options.threadCount }, () => new WarpThread(conversion));
    for (let ahead = 0; ahead < this.#threads.length + SPARE_PARTS; ahead += 1) this.#askForNext();
  }

  async make(part: Part, lines: Samples, firstLine: number): Promise<void> {
    const bytes = await this.#made.shift();
    if (!bytes) throw new RangeError('All parts were made.');
    this.#askForNext();
    const samples = viewSamples(this.#sampleType, bytes);
    lines.set(samples, ((part.top - firstLine) * samples.length) / part.height);
    release(samples);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #askForNext(): void {
    const part = this.#parts[this.#asked];
    const thread = this.#threads[this.#asked % this.#threads.length];
    this.#asked += 1;
    if (part && thread) this.#made.push(thread.make(part));
  }
}

/** A thread, and what was asked of it. */
class WarpThread {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<Uint8Array>[] = [];

  constructor(conversion: Conversion) {
    this.#worker = new Worker(siblingModule(import.meta.url, './warp-thread'), { workerData: conversion });
    this.#worker.on('message', (message: WarpMessage) => {
      const waiting = this.#waiting.shift();
      if (message.kind === 'lines') waiting?.resolve(message.bytes);
      else waiting?.reject(errorOf(message));
    });
    this.#worker.on('error', (error) => this.#fail(`A thread that warps failed: ${error.message}`));
    this.#worker.on('exit', () => this.#fail('A thread that warps has ended.'));
  }

  make(part: WarpRequest): Promise<Uint8Array> {
    const waiting = Promise.withResolvers<Uint8Array>();
    this.#waiting.push(waiting);
    // What fails is thrown where it is waited for.
    waiting.promise.catch(() => undefined);
    this.#worker.postMessage(part);
    return waiting.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(message: string): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new ConversionError(message));
  }
}
