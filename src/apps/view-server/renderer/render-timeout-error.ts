/** A map was not drawn in time. */
export class RenderTimeoutError extends Error {
  override readonly name = 'RenderTimeoutError';

  constructor(timeoutSeconds: number) {
    super(`The map was not drawn within ${timeoutSeconds} seconds.`);
  }
}
