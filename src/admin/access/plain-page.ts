import type { RequestHandler, Response } from 'express';
import { Html, html } from '../../platform/http/page.ts';
import { SITE_NAME } from '../appearance.ts';
import { CSRF_FIELD } from './csrf.ts';
import { cspNonce, plainPagePolicy } from './security-headers.ts';

/** A page of the admin that is plain HTML: it works without AdminJS and without scripts. */
export interface PlainPage {
  readonly title: string;
  readonly iconPath: string;
  readonly body: Html | readonly Html[];
}

/** Middleware for the routes that send plain pages. */
export const forPlainPages: RequestHandler = (request, response, next) =>
  plainPagePolicy(request, response, next);

/** Sends one, behind {@link forPlainPages}. */
export function sendPlainPage(response: Response, { title, iconPath, body }: PlainPage, status = 200): void {
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} | ${SITE_NAME}</title>
<link rel="icon" type="image/svg+xml" href="${iconPath}">
<style nonce="${cspNonce(response)}">${STYLE}</style>
</head>
<body>
<main>
<img src="${iconPath}" alt="">
${body}
</main>
</body>
</html>
`;
  response.status(status).type('html').send(page.text);
}

/** The hidden field by which a form shows that it comes from a page of this site. */
export function csrfField(token: string): Html {
  return html`<input type="hidden" name="${CSRF_FIELD}" value="${token}">`;
}

/** What went wrong, or what was done; nothing where there is nothing to say. */
export function message(kind: 'error' | 'done', text: string | undefined): Html {
  if (text === undefined) return html``;
  return html`<p class="${kind}" role="${kind === 'error' ? 'alert' : 'status'}">${text}</p>`;
}

const STYLE = new Html(`
* { box-sizing: border-box; }
:root { color-scheme: light dark; --back: #eaf2f2; --sheet: #fff; --text: #10292c; --faint: #4c6265; --line: #8ba3a5;
  --main: #0f5c63; --main-dark: #0b474d; --on-main: #fff; --bad: #8f2317; --bad-back: #fbe9e7; --good: #1c6b37; --good-back: #dff3e4; }
@media (prefers-color-scheme: dark) { :root { --back: #0c1b1d; --sheet: #14292c; --text: #e3eeee; --faint: #a3b8ba;
  --line: #5f797c; --main: #6cc5c9; --main-dark: #8fd6d9; --on-main: #08191b; --bad: #ffb4a8; --bad-back: #4a1a14; --good: #8fdca8; --good-back: #123820; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; }
main { width: min(400px, calc(100vw - 32px)); margin: 24px 0; padding: 36px 36px 40px; background: var(--sheet);
  border-radius: 14px; box-shadow: 0 12px 40px rgb(15 92 99 / 14%); }
img { display: block; width: 60px; height: 60px; margin: 0 auto 14px; }
h1 { margin: 0 0 26px; font-size: 20px; font-weight: 600; text-align: center; }
h2 { margin: 30px 0 12px; font-size: 16px; font-weight: 600; }
p { margin: 0 0 14px; }
a { color: var(--main); }
label { display: block; margin: 0 0 6px; font-size: 13px; font-weight: 600; }
input { width: 100%; margin: 0 0 18px; padding: 10px 12px; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: 8px; }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--main); outline-offset: 1px; }
button { width: 100%; margin-top: 6px; padding: 11px; font: inherit; font-weight: 600; color: var(--on-main);
  background: var(--main); border: 1px solid var(--main); border-radius: 8px; cursor: pointer; }
button:hover { background: var(--main-dark); }
button.quiet { color: var(--main); background: transparent; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; margin: 0 0 8px; font-size: 14px; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.hint { color: var(--faint); font-size: 13px; }
.error, .done { padding: 10px 12px; border-radius: 8px; font-size: 14px; }
.error { color: var(--bad); background: var(--bad-back); }
.done { color: var(--good); background: var(--good-back); }
`);
