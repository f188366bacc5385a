import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

/** Text that goes into HTML as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** HTML whose inserted texts are escaped; inserted {@link Html}, also in arrays, stays as it is. */
export function html(parts: TemplateStringsArray, ...inserted: (string | Html | readonly Html[])[]): Html {
  return new Html(String.raw({ raw: parts }, ...inserted.map(toText)));
}

/** What a page of ours has beside its text. */
export interface PageExtras {
  /** A script of ours, which runs when the page is there. */
  readonly script?: string;
  /** Rules that are added to those that all pages have. */
  readonly style?: string;
}

/** Sends a page of our own: no scripts but the one that is given, nothing from other hosts. */
export function sendPage(
  response: Response,
  status: number,
  title: string,
  body: Html,
  { script, style = '' }: PageExtras = {},
): void {
  response
    .status(status)
    .set('Content-Security-Policy', contentPolicy(script))
    .set('Cache-Control', 'no-store')
    .type('html')
    .send(
      html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}${new Html(style)}</style>
</head>
<body>
<main>
${body}
</main>
${script === undefined ? [] : new Html(`<script>${script}</script>`)}
</body>
</html>
`.text,
    );
}

function contentPolicy(script: string | undefined): string {
  const allowed = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src 'self'",
    "frame-ancestors 'none'",
  ];
  if (script !== undefined)
    allowed.push(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return allowed.join('; ');
}

/** Whether a request asks for JSON by name; one that accepts anything gets a page. */
export function wantsJson(request: Request): boolean {
  return request.query['format'] === 'json' || request.accepts(['html', 'json']) === 'json';
}

const STYLE = new Html(`
:root { color-scheme: light dark; --line: #8884; --good: #1a7f4b; --bad: #c62f2f; --link: #0f5c63; }
@media (prefers-color-scheme: dark) { :root { --good: #4cc38a; --bad: #ff8080; --link: #6cc5c9; } }
body { background: Canvas; font: 16px/1.55 system-ui, sans-serif; margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .6rem; }
a { color: var(--link); }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; }
th, td { text-align: left; padding: .55rem .75rem .55rem 0; border-top: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td { overflow-wrap: anywhere; }
.good { color: var(--good); }
.bad { color: var(--bad); }
`);

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function toText(inserted: string | Html | readonly Html[]): string {
  if (inserted instanceof Html) return inserted.text;
  if (typeof inserted === 'string')
    return inserted.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
  return inserted.map(({ text }) => text).join('\n');
}
