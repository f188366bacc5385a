import { once } from 'node:events';
import { createServer } from 'node:net';
import { isSystemError } from '../platform/system-error.ts';
import { DEFAULT_ADDRESS, settingOf } from './standalone-environment.ts';

/** Another program listens where the API should; the message says what to do. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

const DEFAULT_PORT = 8_000;

/**
 * The port for the API: `PORT`, or 8000; a free one where `PORT` is 0.
 *
 * @throws {PortTakenError}
 */
export async function claimApiPort(environment: NodeJS.ProcessEnv): Promise<number> {
  const port = Number(settingOf(environment, 'PORT') ?? DEFAULT_PORT);
  const probe = createServer();
  try {
    probe.listen(port, settingOf(environment, 'WEB_SERVER_ADDRESS') ?? DEFAULT_ADDRESS);
    await once(probe, 'listening');
    const address = probe.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (error) {
    if (isSystemError(error, 'EADDRINUSE')) {
      throw new PortTakenError(
        `Port ${port} is taken by another program. Choose another one for the API: PORT=${port + 1} npm start`,
      );
    }
    if (isSystemError(error, 'EACCES')) {
      throw new PortTakenError(
        `This account may not listen on port ${port}. Choose another one for the API: PORT=${DEFAULT_PORT} npm start`,
      );
    }
    throw error;
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}
