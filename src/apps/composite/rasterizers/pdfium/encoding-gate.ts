/** What happens at the gate: one number in memory that two threads share. */
const STATE = 0;
const OPEN = 0;
const PASSING = 1;
const CLOSING = 2;
const CLOSED = 3;

/**
 * Keeps a page thread from being ended while it encodes: native code that finds its thread gone when it is done takes
 * the whole process down. Drawing is WebAssembly, and can be ended at any moment.
 *
 *     open ◄──encode──► passing ──close──► closing
 *       └─────close──────► closed ◄──done─────┘
 */
export class EncodingGate {
  readonly #state: Int32Array<SharedArrayBuffer>;

  /** @param memory of the gate that the other thread has; otherwise this is a new one. */
  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.#state = new Int32Array(memory);
  }

  /** To be handed to the other thread. */
  get memory(): SharedArrayBuffer {
    return this.#state.buffer;
  }

  /** By the page thread: encodes, unless the gate is closed; then this never resolves, as the thread is being ended. */
  async pass<Result>(encode: () => Promise<Result>): Promise<Result> {
    if (Atomics.compareExchange(this.#state, STATE, OPEN, PASSING) !== OPEN)
      return new Promise(() => undefined);
    try {
      return await encode();
    } finally {
      if (Atomics.compareExchange(this.#state, STATE, PASSING, OPEN) === CLOSING) this.#shut();
    }
  }

  /** By the owner of the thread: resolves when nothing encodes, and nothing will any more. */
  async close(): Promise<void> {
    for (;;) {
      const before = Atomics.compareExchange(this.#state, STATE, OPEN, CLOSED);
      if (before === OPEN || before === CLOSED) return;
      if (before === PASSING) Atomics.compareExchange(this.#state, STATE, PASSING, CLOSING);
      await Atomics.waitAsync(this.#state, STATE, CLOSING).value;
    }
  }

  /** By the owner of the thread, once that is gone, perhaps in the middle of encoding: closing need not wait. */
  abandon(): void {
    this.#shut();
  }

  #shut(): void {
    Atomics.store(this.#state, STATE, CLOSED);
    Atomics.notify(this.#state, STATE);
  }
}
