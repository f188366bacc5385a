import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { EarlierData, RunningApp, Texts } from '../../../app-kit/sandbox/app-sandbox.ts';
import { onPreferredPort, ownService, type StandIn } from '../../../app-kit/sandbox/stand-in.ts';
import { isSystemError } from '../../../platform/system-error.ts';

const NAME = 'DLCS';
const DATA_FILE = 'dlcs.sqlite';

/** The DLCS of `DLCS_API_ROOT`; without it, a stand-in with one customer. */
export const dlcsStandIn: StandIn = {
  name: NAME,
  preferredPort: 8_090,
  async open({ environment, directory, port: preferredPort, secrets }) {
    const given = environment['DLCS_API_ROOT'];
    if (given !== undefined) return ownService(NAME, given, 'yours, from DLCS_API_ROOT');
    const { startSandboxDlcs } = await import('./dlcs/dlcs.ts');
    const { customer = '', authorization = '' } = secrets;
    const dlcs = await onPreferredPort(preferredPort, (port) =>
      startSandboxDlcs({
        dataFile: join(directory, DATA_FILE),
        port,
        credentials: [{ authorization, customer: Number(customer) }],
      }),
    );
    return {
      name: NAME,
      url: dlcs.url,
      note: `stand-in, customer ${customer}`,
      environment: { DLCS_API_ROOT: dlcs.url },
      isStandIn: true,
      port: dlcs.port,
      stop: () => dlcs.close(),
    };
  },
};

/** Makes the one customer of the stand-in, and its `Authorization`. */
export function makeSecrets(): Texts {
  const key = `${randomBytes(6).toString('hex')}:${randomBytes(18).toString('base64url')}`;
  return { customer: '1', authorization: `Basic ${Buffer.from(key).toString('base64')}` };
}

/** Takes over the data and the customer of the stand-in. */
export async function takeOverDlcs(earlier: EarlierData): Promise<Texts | undefined> {
  // The data file comes last: without its journal it would miss what was written at the end.
  for (const ending of ['-wal', '-shm', '']) {
    const file = `${DATA_FILE}${ending}`;
    await rename(join(earlier.dataDirectory, file), join(earlier.directory, file)).catch((error: unknown) => {
      if (!isSystemError(error, 'ENOENT')) throw error;
    });
  }
  const { dlcsCustomer, dlcsAuthorization } = earlier.installation;
  if (typeof dlcsAuthorization !== 'string') return undefined;
  return { customer: String(dlcsCustomer), authorization: dlcsAuthorization };
}

/** Whom to call the API as: the customer of the stand-in; undefined if the DLCS is the user's own. */
export function demoState(running: RunningApp): Texts {
  return usesStandIn(running) ? running.secrets : {};
}

/** Whether the DLCS in use is the stand-in. */
export function usesStandIn({ standIns }: RunningApp): boolean {
  return standIns.some(({ name, isStandIn }) => name === NAME && isStandIn);
}
