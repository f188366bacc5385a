import { afterAll, beforeAll } from '@jest/globals';
import type { Role } from '../../src/admin/access/roles.ts';
import { ADA, AdminClient, createWithRole, type ServedAdmin, serveAdmin } from './admin-client.ts';

/** An admin that the tests of a `describe` block share. It is served when the first of them begins. */
export interface SharedAdmin extends Omit<ServedAdmin, 'stop'> {
  /** A client that is signed in when the first test begins: as `ada`, or as an administrator who is created. */
  signedIn(username?: string, role?: Role): AdminClient;
}

/**
 * Serves the admin from before the first test of the `describe` block, or of the file, until after the last.
 *
 * @param readEnvironment what differs from the environment of {@link serveAdmin}; read when the admin is served.
 */
export function shareAdmin(readEnvironment: () => Record<string, string> = () => ({})): SharedAdmin {
  let served: ServedAdmin | undefined;
  beforeAll(async () => {
    served = await serveAdmin(readEnvironment());
  });
  afterAll(() => served?.stop());

  function current(): ServedAdmin {
    if (!served) throw new Error('The admin is served to tests alone, not to what is around them');
    return served;
  }
  return {
    get test() {
      return current().test;
    },
    get platform() {
      return current().platform;
    },
    get application() {
      return current().application;
    },
    get queue() {
      return current().queue;
    },
    get url() {
      return current().url;
    },
    signedIn(username: string = ADA.username, role: Role = ADA.role) {
      const client = new AdminClient(this);
      beforeAll(async () => {
        if (username !== ADA.username) await createWithRole(current(), username, role);
        await client.login(username);
      });
      return client;
    },
  };
}
