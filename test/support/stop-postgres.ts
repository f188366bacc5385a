import { rm } from 'node:fs/promises';

/** Stops the Postgres of the run, and removes its data. */
export default async function stop(): Promise<void> {
  if (!globalThis.testPostgres) return;
  const { server, directory } = globalThis.testPostgres;
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}
