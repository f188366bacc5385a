/** Wakes a loop that has nothing to do. A ring that nobody waits for is kept for the next who does. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  /** Wakes who waits, or who waits next. */
  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, or after a time. */
  async wait(timeoutSeconds: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, timeoutSeconds * 1_000);
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
