import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { Signer } from '../../platform/crypto/signer.ts';
import { PRODUCT_SLUG } from '../../platform/product.ts';
import type { PlatformSettings } from '../../platform/settings.ts';

/** The cookie of a browser in which an administrator has signed in. */
export const BROWSER_COOKIE = `${PRODUCT_SLUG}-admin-browser`;

const LIFETIME_MILLISECONDS = 180 * 24 * 60 * 60 * 1_000;

/**
 * Browsers in which an administrator has signed in before, by a signed cookie. It opens nothing: it only gives the
 * browser a count of failed logins of its own, so that strangers who guess cannot keep the administrator out.
 */
export class KnownBrowsers {
  readonly #signer: Signer;
  readonly #cookie: { readonly path: string; readonly secure: boolean };

  constructor({ secretKey, secretKeyFallbacks, web }: PlatformSettings, path: string) {
    this.#signer = new Signer(secretKey, 'admin browser', secretKeyFallbacks);
    this.#cookie = { path, secure: web.baseUrl.startsWith('https:') };
  }

  /** Notes in a browser that an administrator has signed in there. */
  remember(response: Response, administratorId: string): void {
    const text = `${administratorId}.${randomUUID()}`;
    response.cookie(BROWSER_COOKIE, `${text}.${this.#signer.sign(text)}`, {
      ...this.#cookie,
      httpOnly: true,
      sameSite: 'lax',
      maxAge: LIFETIME_MILLISECONDS,
    });
  }

  /** Returns the id of the browser, if the administrator has signed in there; cookies have to be read before. */
  idOf(request: Pick<Request, 'cookies'>, administratorId: string): string | undefined {
    const cookies: Record<string, unknown> = Object(request.cookies);
    const [owner, id, signature = '', ...rest] = String(cookies[BROWSER_COOKIE] ?? '').split('.');
    const isGood =
      owner === administratorId && rest.length === 0 && this.#signer.verify(`${owner}.${id}`, signature);
    return isGood ? id : undefined;
  }
}
