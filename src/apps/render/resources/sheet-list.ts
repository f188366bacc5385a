import { type Html, html } from '../../../platform/http/page.ts';
import type { Generator } from '../generators/generator.ts';
import { inWords, valueInWords } from './words.ts';

/** Width of the small pictures, for sharp screens. */
const PICTURE_WIDTH_PIXELS = 360;

/** Rules for the list of all worksheets. */
export const LIST_STYLE = `
main { max-width: 68rem; }
.sheets { display: grid; grid-template-columns: repeat(auto-fill, minmax(clamp(8.5rem, 16vw, 11rem), 1fr)); gap: 2rem 1.5rem; margin: 1.5rem 0 0; padding: 0; list-style: none; }
.sheets img { display: block; width: 100%; height: auto; margin-bottom: .6rem; background: #fff; border: 1px solid var(--line); box-shadow: 0 2px 10px #0003; }
.sheets a { display: block; font-weight: 600; }
.sheets a:hover img { border-color: var(--link); }
.sheets small { display: block; margin-top: .2rem; }
`;

/** Lists all worksheets, each with a picture and its options. */
export function sheetList(generators: readonly Generator[], path: string): Html {
  const sheets = generators.map(
    ({ view, options }) => html`<li><a href="${path}/${view}"><img src="${path}/${view}.png?width=${String(
      PICTURE_WIDTH_PIXELS,
    )}" alt="" loading="lazy" width="360" height="509">${inWords(view)}</a>
<small>${Object.entries(options)
      .map(([name, values]) => `${inWords(name)}: ${values.map(valueInWords).join(', ')}`)
      .join('. ')}</small></li>`,
  );
  return html`<h1>Worksheets</h1>
<p>Choose one to see it, to set its options, and to get it as a PDF.</p>
<ul class="sheets">
${sheets}
</ul>`;
}
