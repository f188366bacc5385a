import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `npm run build` puts the encoder, whether this runs from there or from the sources. */
const COMPILED_ENCODER: string = join(
  import.meta.dirname,
  '../../../../../dist/apps/composite/rasterizers/jpeg/encoder.wasm',
);

let compiled: WebAssembly.Module | undefined;

/**
 * The encoder, compiled once in a process: its threads share the module.
 *
 * @throws where the project was not built.
 */
export function compiledEncoder(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(read());
  return compiled;
}

function read(): Uint8Array {
  try {
    return readFileSync(COMPILED_ENCODER);
  } catch (error) {
    throw new Error(`The JPEG encoder is missing at ${COMPILED_ENCODER}: run "npm run build".`, {
      cause: error,
    });
  }
}
