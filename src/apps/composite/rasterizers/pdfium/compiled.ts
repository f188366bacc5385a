import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Node has WebAssembly, but its types stand in the library of the browser alone.
declare global {
  namespace WebAssembly {
    type Imports = Record<string, Record<string, unknown>>;
    type Exports = Record<string, unknown>;
    class Memory {
      constructor(size: { readonly initial: number });
      readonly buffer: ArrayBuffer;
    }
    class Module {
      constructor(bytes: Uint8Array);
    }
    class Instance<T = Exports> {
      constructor(module: Module, imports: Imports);
      readonly exports: T;
    }
  }
}

let compiled: WebAssembly.Module | undefined;

/**
 * PDFium, compiled once in a process: its threads share the module, and with it the code that V8 optimizes on the way, which
 * threads to come find ready.
 */
export function compiledPdfium(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(
    readFileSync(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')),
  );
  return compiled;
}
