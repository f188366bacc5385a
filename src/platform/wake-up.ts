/** Wakes a loop that has nothing to do. A wake-up that comes while the loop is busy counts for its next wait. */
export class WakeUp {
  #isDue = false;
  #resume: (() => void) | undefined;

  /** Ends the wait that is under way, or the next one. */
  wake(): void {
    this.#isDue = true;
    this.#resume?.();
  }

  /** Resolves at the next wake-up, or after a time. */
  async wait(timeoutSeconds: number): Promise<void> {
    if (!this.#isDue) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resume = resolve;
      const timer = setTimeout(resolve, timeoutSeconds * 1_000);
      await promise;
      clearTimeout(timer);
      this.#resume = undefined;
    }
    this.#isDue = false;
  }
}
