import { describe, expect, it } from '@jest/globals';
import { shareAdmin } from '../shared-admin.ts';

/** The directives of a content security policy by name. */
function directives(response: Response): Record<string, string> {
  const policy = response.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split(';').map((directive) => {
      const [name = '', ...values] = directive.trim().split(' ');
      return [name, values.join(' ')];
    }),
  );
}

describe('the pages of the admin', () => {
  const admin = shareAdmin();
  const ada = admin.signedIn();

  it('run the scripts of the site alone: files, and those that carry the nonce of this answer', async () => {
    const response = await ada.get('');
    const policy = directives(response);
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'script-src-attr': "'none'",
      'img-src': "'self' data:",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
    const [, nonce = ''] = /^'self' 'nonce-([A-Za-z0-9+/=]{24})'$/.exec(policy['script-src'] ?? '') ?? [];
    const scripts = [...(await response.text()).matchAll(/<script([^>]*)>/g)].map(([, parts = '']) => parts);
    expect(scripts.filter((parts) => parts === ` nonce="${nonce}"`)).toHaveLength(2);
    for (const parts of scripts)
      expect(parts).toMatch(/^ (nonce="[^"]{24}"|src="\/admin\/frontend\/[^"]+")$/);
    expect(directives(await ada.get(''))['script-src']).not.toBe(policy['script-src']);
  });

  it('run none at all where they are plain', async () => {
    for (const path of ['/account', '/logout']) {
      const response = await ada.get(path);
      const policy = directives(response);
      expect(policy).toMatchObject({ 'default-src': "'none'", 'form-action': "'self'" });
      expect(policy['script-src']).toBeUndefined();
      const html = await response.text();
      expect(html).not.toContain('<script');
      expect(policy['style-src']).toBe(`'nonce-${/<style nonce="([^"]+)">/.exec(html)?.[1]}'`);
      expect(html).not.toMatch(/ style="/);
    }
  });

  it('are kept by no cache, shown in no frame, and guessed to be nothing else', async () => {
    for (const path of ['', '/account', '/api/apps/composite/members']) {
      const { headers } = await ada.get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      // Only https may say that everything has to be https.
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('leave the files that hold no data to the cache of the browser', async () => {
    const [, script] = /src="\/admin(\/frontend\/[^"]+)"/.exec(await (await ada.get('')).text()) ?? [];
    expect((await ada.get('/icon.svg')).headers.get('cache-control')).toBe('public, max-age=86400');
    expect((await ada.get(script ?? '')).headers.get('cache-control')).toContain('immutable');
  });
});
