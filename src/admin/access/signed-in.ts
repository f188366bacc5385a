import type { CurrentAdmin } from 'adminjs';
import type { Request } from 'express';
import { isRole, type Role } from './roles.ts';

/** Who makes a request, as their account is at this moment. */
export interface SignedIn {
  readonly id: string;
  readonly username: string;
  /** The username once more, under the name that AdminJS reads. */
  readonly email: string;
  readonly role: Role;
  /** Where the request comes from. */
  readonly address: string;
}

/** What a session keeps; everything else is read anew with each request. */
export interface SessionStart {
  readonly administratorId: string;
  /** The session counts as long as the administrator's `session_generation` is this. */
  readonly generation: number;
  /** When it began, in milliseconds since 1970. */
  readonly startedMilliseconds: number;
}

declare module 'express-session' {
  interface SessionData {
    start: SessionStart;
    /** Where AdminJS looks for who is signed in; never stored, see {@link rememberSignedIn}. */
    adminUser: SignedIn;
  }
}

/** Notes who makes this request, for {@link signedIn} and for AdminJS. */
export function rememberSignedIn(request: Pick<Request, 'session'>, administrator: SignedIn): void {
  // A property that is not enumerated is not stored: a change of role must not wait for the session to be saved,
  // and saving a session that has just been ended would bring it back.
  Object.defineProperty(request.session, 'adminUser', {
    value: administrator,
    enumerable: false,
    configurable: true,
  });
}

/** Who makes a request, behind `requireLogin`. */
export function signedIn(request: Pick<Request, 'session'>): SignedIn {
  const administrator = request.session.adminUser;
  if (!administrator) throw new Error('The middleware of requireLogin has to come before signedIn');
  return administrator;
}

/** The same for the handlers of AdminJS's actions, which get it as `context.currentAdmin`. */
export function actingAdministrator(currentAdmin: CurrentAdmin | undefined): SignedIn {
  const { id, username, email, role, address }: Record<string, unknown> = { ...currentAdmin };
  if (
    typeof id === 'string' &&
    typeof username === 'string' &&
    typeof email === 'string' &&
    isRole(role) &&
    typeof address === 'string'
  ) {
    return { id, username, email, role, address };
  }
  throw new Error('AdminJS calls an action for somebody who is not signed in');
}
