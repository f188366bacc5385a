import { type Html, html } from '../../../platform/http/page.ts';
import type { JsonValue } from '../../../platform/json-value.ts';
import { COLOUR_MODES } from '../documents/document-request.ts';
import type { Generator } from '../generators/generator.ts';
import { LANGUAGE_TAGS } from '../generators/messages/languages.ts';
import type { OptionValue } from '../generators/options.ts';
import { PAPER_SIZES } from '../generators/paper.ts';
import { BROWSER_LIMITS, type SheetOrder } from './sheet-order.ts';
import { inWords, languageInWords, valueInWords } from './words.ts';

/** Rules for the page of a worksheet. */
export const SHEET_STYLE = `
main { max-width: 68rem; }
.order { display: grid; grid-template-columns: minmax(16rem, 1fr) minmax(16rem, 26rem); gap: 2.5rem; align-items: start; }
@media (max-width: 44rem) { .order { grid-template-columns: 1fr; } }
label { display: block; margin: 0 0 1rem; font-weight: 600; }
input, select { display: block; box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .5rem; font: inherit; font-weight: 400; border: 1px solid #767b82; border-radius: .4rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; margin: 0 .5rem .5rem 0; border-radius: .4rem; border: 1px solid #767b82; cursor: pointer; }
button.first { background: #0f5c63; border-color: #0f5c63; color: #fff; }
figure { margin: 0; }
figure img { width: 100%; height: auto; background: #fff; border: 1px solid var(--line); box-shadow: 0 2px 10px #0003; }
`;

/** Draws the preview again whenever something on the form changes; a moment after the last key. */
export const SHEET_SCRIPT = `
const form = document.querySelector('form');
const preview = document.querySelector('#preview');
let waiting;
form.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (!form.checkValidity()) return;
    preview.src = preview.dataset.address + '?' + new URLSearchParams(new FormData(form));
  }, 250);
});
`;

/**
 * The form by which a worksheet is ordered, beside its preview. It works without its script: the second button shows
 * the page again, with another preview.
 *
 * @param previewQuery what the preview's address has after `?`.
 */
export function sheetPage(
  generator: Generator,
  { request, pageNumber }: SheetOrder,
  previewQuery: string,
): Html {
  const path = `/render/resources/${generator.view}`;
  const title = inWords(generator.view);
  const options = Object.entries(generator.options).map(([name, values]) =>
    selection(name, values, request.options[name]),
  );
  return html`<p><a href="/render/resources">All worksheets</a></p>
<h1>${title}</h1>
<div class="order">
<form method="get" action="${path}.pdf">
${options}
${selection('paper_size', PAPER_SIZES, request.paperSize)}
${selection('language', LANGUAGE_TAGS, request.language, languageInWords)}
${selection('colour_mode', COLOUR_MODES, request.colourMode)}
<label>Name<input name="resource_name" value="${request.resourceName}" maxlength="200"></label>
<label>Header<input name="header_text" value="${request.headerText}" maxlength="200"></label>
<label>Copies<input name="copies" type="number" min="1" max="${String(BROWSER_LIMITS.copies)}" value="${String(request.copies)}" required></label>
<label>Seed of random numbers<input name="seed" type="number" min="0" max="4294967295" value="${String(request.seed)}" required></label>
<label>Page of the preview<input name="page" type="number" min="1" max="${String(BROWSER_LIMITS.pages)}" value="${String(pageNumber)}" required></label>
<button class="first">Get the PDF</button>
<button formaction="${path}">Show the preview</button>
</form>
<figure>
<img id="preview" src="${path}.png?${previewQuery}" data-address="${path}.png" alt="Preview of a page of ${title}" width="420" height="594">
</figure>
</div>`;
}

function selection<Value extends OptionValue>(
  name: string,
  values: readonly Value[],
  chosen: JsonValue | undefined,
  inWordsOf: (value: Value) => string = valueInWords,
): Html {
  const choices = values.map((value) =>
    value === chosen
      ? html`<option value="${String(value)}" selected>${inWordsOf(value)}</option>`
      : html`<option value="${String(value)}">${inWordsOf(value)}</option>`,
  );
  return html`<label>${inWords(name)}<select name="${name}">${choices}</select></label>`;
}
