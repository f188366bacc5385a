import type { Request } from 'express';

/** An administrator who calls the API of an app. */
export interface Account {
  readonly username: string;
  /** Whether they may change something: operators may, and those above them. */
  readonly mayOperate: boolean;
}

/** The administrators, for APIs that require a name and a password. */
export interface Accounts {
  /**
   * Returns the administrator whose name and password a request has (HTTP Basic, RFC 7617). There is no session: the
   * password is checked with each request.
   *
   * @returns `undefined` if the request has none.
   * @throws {HttpError} 401 where they are wrong, 403 where a browser sends them from a page of another site, and 429 after
   * too many wrong ones.
   */
  identify(request: Request): Promise<Account | undefined>;
}
