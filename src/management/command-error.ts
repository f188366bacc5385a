/** A management command cannot do what it was asked; the message says why and what to do. It exits with 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
