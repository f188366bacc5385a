import type { Request } from 'express';
import type { Role } from './roles.ts';

/** Who makes a request, as their account is at this moment. */
export interface SignedIn {
  readonly id: string;
  readonly username: string;
  /** The username once more, under the name that AdminJS's page reads. */
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
    /** Who makes the request; never stored, see {@link rememberSignedIn}. */
    adminUser: SignedIn;
  }
}

/** Notes who makes this request, for {@link signedIn}. */
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
