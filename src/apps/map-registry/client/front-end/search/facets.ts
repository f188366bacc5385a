import { element, make } from '../../../../../app-kit/client/front-end/page-elements.ts';
import type { FacetCount, SearchResult } from './search-api.ts';
import type { SearchState } from './search-state.ts';
import { yearsInWords } from './time-slider.ts';

/** Called with what a reader has changed. */
export type ChangeState = (changes: Partial<SearchState>) => void;

/** Shows the sources and the words of what was found, to narrow it by. */
export function showFacets(
  { originators, words }: SearchResult,
  { originator, text }: SearchState,
  change: ChangeState,
): void {
  showCounts('sources', originators, originator, (value) => change({ originator: value }));
  const known = text.toLowerCase().split(/\s+/);
  const others = words.filter(({ value }) => !known.includes(value.toLowerCase()));
  showCounts('words', others, '', (value) => change({ text: `${text} ${value}`.trim() }));
}

/** Lists what narrows the search, each with a button that takes it away. */
export function showConditions(state: SearchState, change: ChangeState): void {
  const conditions: readonly (readonly [string, Partial<SearchState>] | undefined)[] = [
    state.originator === '' ? undefined : [state.originator, { originator: '' }],
    state.serviceType === '' ? undefined : [state.serviceType, { serviceType: '' }],
    state.years ? [yearsInWords(state.years), { years: undefined }] : undefined,
    state.box ? ['Only this part of the map', { box: undefined }] : undefined,
  ];
  element('conditions', HTMLElement).replaceChildren(
    ...conditions
      .filter((condition) => condition !== undefined)
      .map(([label, without]) => {
        const button = make('button', label);
        button.type = 'button';
        button.setAttribute('aria-label', `Remove: ${label}`);
        button.addEventListener('click', () => change(without));
        const item = make('li');
        item.append(button);
        return item;
      }),
  );
}

/** A list of buttons, each with a bar as long as its share. */
function showCounts(
  id: string,
  counts: readonly FacetCount[],
  chosen: string,
  choose: (value: string) => void,
): void {
  const most = Math.max(1, ...counts.map(({ count }) => count));
  element(id, HTMLElement).replaceChildren(
    ...counts.map(({ value, count }) => {
      const button = make('button');
      button.type = 'button';
      const isChosen = value === chosen;
      button.setAttribute('aria-pressed', String(isChosen));
      const bar = make('meter');
      bar.max = most;
      bar.value = count;
      bar.ariaHidden = 'true';
      button.append(make('span', value), make('b', count.toLocaleString('en')), bar);
      button.addEventListener('click', () => choose(isChosen ? '' : value));
      const item = make('li');
      item.append(button);
      return item;
    }),
  );
  element(`${id}-empty`, HTMLElement).hidden = counts.length > 0;
}
