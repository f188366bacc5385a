import { html } from '../../../../platform/http/page.ts';
import { intervalText, type ResultPage, type SearchResult } from './results.ts';

/** Returns a page of results for people: no scripts, nothing from other hosts. */
export function htmlPage({ title, total, startIndex, links, results }: ResultPage): string {
  const last = startIndex + results.length - 1;
  const shown = results.length === 0 ? 'None of them is on this page.' : `Here are ${startIndex} to ${last}.`;
  const pages = links.filter(({ relation }) => ['first', 'prev', 'next', 'last'].includes(relation));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
td,th{border-bottom:1px solid #ccc;padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top}a{margin-right:.6rem}</style>
</head>
<body>
<h1>${title}</h1>
<p>${String(total)} results. ${shown}</p>
<nav>${pages.map(({ relation, href }) => html`<a rel="${relation}" href="${href}">${relation}</a>`)}</nav>
<table>
<tr><th>Identifier</th><th>Time</th><th>Links</th></tr>
${results.map(row)}
</table>
</body>
</html>
`.text;
}

function row(result: SearchResult) {
  const links = result.links.map(
    ({ relation, href, title }) => html`<a href="${href}">${title ?? relation}</a>`,
  );
  return html`<tr><td>${result.title}</td><td>${intervalText(result) ?? ''}</td><td>${links}</td></tr>
`;
}
