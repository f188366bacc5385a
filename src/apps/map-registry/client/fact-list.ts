import { type Html, html } from '../../../platform/http/page.ts';

/** A name and a value; one without a value is left out. */
export type Fact = readonly [name: string, value: Html | string | undefined];

/** Returns names and values, one below the other. */
export function factList(facts: readonly Fact[]): Html {
  return html`<dl class="facts-list">${facts.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [html`<dt>${name}</dt><dd>${value}</dd>`],
  )}</dl>`;
}

/** Returns words one after the other, each in a frame of its own; at most 60. */
export function wordList(words: readonly string[]): Html | undefined {
  if (words.length === 0) return undefined;
  return html`<ul class="word-list">${words.slice(0, 60).map((word) => html`<li>${word}</li>`)}</ul>`;
}

/** Returns a link to an address that a stranger's server has named; where it is no page of the web, its text alone. */
export function outsideLink(address: string): Html {
  const url = URL.parse(address);
  return url?.protocol === 'https:' || url?.protocol === 'http:'
    ? html`<a href="${url.href}" rel="noreferrer nofollow">${address}</a>`
    : html`${address}`;
}
