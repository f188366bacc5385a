import { element } from '../../../../../app-kit/client/front-end/page-elements.ts';
import { completeCards, focusCard, markCard, moveByKeys, showCards, showWaitingCards } from './cards.ts';
import { showConditions, showFacets } from './facets.ts';
import { countByYear, countKeyOf, type FoundLayer, SearchFault, searchLayers } from './search-api.ts';
import { SearchMap } from './search-map.ts';
import {
  EMPTY_STATE,
  MOST_LAYERS,
  PAGE_LAYERS,
  readSearchState,
  type SearchState,
  writeSearchState,
} from './search-state.ts';
import { type TimeBin, timeBinsOf } from './time-bins.ts';
import { TimeSlider } from './time-slider.ts';

/** How long typing and the map have to rest before layers are searched. */
const REST_MILLISECONDS = 300;

/** Shows the search of a catalogue. @param root where its pages are: `/registry/hypermap`. */
export function showSearchPage(root: string, remote: string | undefined): void {
  new SearchPage(root, remote).start();
}

/** The one state of the page, and what happens when it changes: the address, the request, and all parts. */
class SearchPage {
  readonly #api: string;
  readonly #root: string;
  readonly #remote: string | undefined;
  readonly #map = new SearchMap(element('map', HTMLElement));
  readonly #slider = new TimeSlider((years) => this.#change({ years }));
  readonly #text = element('q', HTMLInputElement);
  readonly #type = element('type', HTMLSelectElement);
  readonly #follows = element('follow-map', HTMLInputElement);
  #state = readSearchState(new URLSearchParams(location.search));
  #searching = new AbortController();
  #resting: ReturnType<typeof setTimeout> | undefined;
  #countedFor: string | undefined;
  #bins: readonly TimeBin[] = [];
  #pictured: string | undefined;

  constructor(root: string, remote: string | undefined) {
    this.#root = root;
    this.#remote = remote;
    this.#api = `${root}/api/`;
  }

  start(): void {
    this.#listen();
    this.#map.showBox(this.#state.box);
    this.#fillFields();
    showWaitingCards();
    void this.#search();
  }

  #listen(): void {
    element('search-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      clearTimeout(this.#resting);
      this.#change({ text: this.#text.value });
    });
    this.#text.addEventListener('input', () => this.#soon(() => this.#change({ text: this.#text.value })));
    this.#type.addEventListener('change', () => this.#change({ serviceType: this.#type.value }));
    for (const choice of document.querySelectorAll<HTMLInputElement>('input[name="sort"]')) {
      choice.addEventListener('change', () => {
        this.#change({ sort: choice.value === 'time' ? 'time' : 'score' });
      });
    }
    for (const [id, step] of [
      ['previous', -1],
      ['next', 1],
    ] as const) {
      element(id, HTMLButtonElement).addEventListener('click', () => this.#turnPage(step));
    }
    for (const id of ['clear', 'clear-empty']) {
      element(id, HTMLButtonElement).addEventListener('click', () => this.#clear());
    }
    element('retry', HTMLButtonElement).addEventListener('click', () => void this.#search());
    element('world', HTMLButtonElement).addEventListener('click', () => this.#change({ box: undefined }));
    const heat = element('heat', HTMLInputElement);
    heat.addEventListener('change', () => this.#map.showHeat(heat.checked));
    this.#map.onMoved(() => {
      if (this.#follows.checked) this.#soon(() => this.#change({ box: this.#map.box }, false));
    });
    this.#map.onPointed((id) => this.#point(id, true));
    this.#map.onPressed(focusCard);
    moveByKeys(element('results', HTMLElement));
    addEventListener('popstate', () => {
      this.#state = readSearchState(new URLSearchParams(location.search));
      this.#fillFields();
      this.#map.showBox(this.#state.box);
      void this.#search();
    });
    addEventListener('keydown', (event) => this.#onKey(event));
  }

  #onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLInputElement && event.target.type !== 'range';
    if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.#text.focus();
    }
    if (event.key !== 'Escape') return;
    const open = document.querySelector<HTMLDetailsElement>('details.menu[open]');
    if (!open) return;
    open.open = false;
    open.querySelector('summary')?.focus();
  }

  /** Narrows or widens the search, and searches. @param isOwnStep whether "back" leads to what was before. */
  #change(changes: Partial<SearchState>, isOwnStep = true): void {
    const changed = { ...this.#state, ...changes };
    // A map that comes to rest where it was leads to no other page.
    if (writeSearchState(changed) === writeSearchState(this.#state)) return;
    const next = 'page' in changes ? changed : { ...changed, page: 1 };
    const isOtherBox = 'box' in changes && isOwnStep;
    this.#state = next;
    const address = `${location.pathname}${writeSearchState(next)}`;
    if (isOwnStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    this.#fillFields();
    if (isOtherBox) this.#map.showBox(next.box);
    void this.#search();
  }

  #clear(): void {
    this.#change({ ...EMPTY_STATE, sort: this.#state.sort });
    this.#text.focus();
  }

  #turnPage(step: number): void {
    this.#change({ page: this.#state.page + step });
    element('result-heading', HTMLElement).focus();
  }

  #soon(then: () => void): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(then, REST_MILLISECONDS);
  }

  async #search(): Promise<void> {
    this.#searching.abort();
    this.#searching = new AbortController();
    const { signal } = this.#searching;
    const state = this.#state;
    const panel = element('panel', HTMLElement);
    panel.setAttribute('aria-busy', 'true');
    try {
      await Promise.all([this.#searchLayers(state, signal), this.#countYears(state, signal)]);
    } catch (error) {
      if (!signal.aborted) this.#showFault(error);
    } finally {
      if (this.#searching.signal === signal) panel.setAttribute('aria-busy', 'false');
    }
  }

  async #searchLayers(state: SearchState, signal: AbortSignal): Promise<void> {
    const result = await searchLayers(this.#api, state, signal);
    if (signal.aborted) return;
    const { total, layers, heat } = result;
    const count = `${total.toLocaleString('en')} ${total === 1 ? 'layer' : 'layers'}`;
    element('result-heading', HTMLElement).textContent = count;
    element('status', HTMLElement).textContent = `${count} found.`;
    element('fault', HTMLElement).hidden = true;
    const isNarrowed = isNarrow(state);
    element('empty', HTMLElement).hidden = total > 0 || !isNarrowed;
    element('nothing-yet', HTMLElement).hidden = total > 0 || isNarrowed;
    this.#map.showResult(heat, layers);
    this.#picture(undefined);
    showFacets(result, state, (changes) => this.#change(changes));
    showConditions(state, (changes) => this.#change(changes));
    showCards(layers, {
      root: this.#root,
      remote: this.#remote,
      onPointed: (layer) => this.#point(layer?.id, false),
      onPicture: (layer) => this.#picture(layer.id === this.#pictured ? undefined : layer),
    });
    this.#showPages(total);
    element('panel', HTMLElement).scrollTop = 0;
    await completeCards(layers, { root: this.#root, remote: this.#remote }, signal).catch(() => undefined);
  }

  /** The histogram has all years, so that it stays as it is when years are chosen. */
  async #countYears(state: SearchState, signal: AbortSignal): Promise<void> {
    const key = countKeyOf(state);
    if (key !== this.#countedFor) {
      const counts = await countByYear(this.#api, state, signal);
      if (signal.aborted) return;
      this.#countedFor = key;
      this.#bins = timeBinsOf(counts);
    }
    this.#slider.show(this.#bins, state.years);
  }

  #showFault(error: unknown): void {
    const words = error instanceof SearchFault ? error.message : 'The search failed.';
    element('fault-text', HTMLElement).textContent = words;
    element('fault', HTMLElement).hidden = false;
    element('empty', HTMLElement).hidden = true;
    element('nothing-yet', HTMLElement).hidden = true;
    element('result-heading', HTMLElement).textContent = 'No result';
    element('results', HTMLElement).replaceChildren();
    element('pages', HTMLElement).hidden = true;
    showConditions(this.#state, (changes) => this.#change(changes));
    this.#map.showResult(undefined, []);
    this.#countedFor = undefined;
  }

  #showPages(total: number): void {
    const { page } = this.#state;
    const last = Math.max(1, Math.ceil(Math.min(total, MOST_LAYERS) / PAGE_LAYERS));
    element('pages', HTMLElement).hidden = last === 1 && page === 1;
    element('page-text', HTMLElement).textContent = `Page ${page} of ${last.toLocaleString('en')}`;
    element('previous', HTMLButtonElement).disabled = page === 1;
    element('next', HTMLButtonElement).disabled = page >= last;
  }

  #point(id: string | undefined, isOnMap: boolean): void {
    this.#map.mark(id);
    markCard(id, isOnMap);
  }

  #picture(layer: FoundLayer | undefined): void {
    this.#pictured = layer?.id;
    this.#map.showPicture(layer);
    for (const button of document.querySelectorAll('.show-picture')) {
      const isShown = layer !== undefined && button.closest('.card')?.id === `layer-${layer.id}`;
      button.setAttribute('aria-pressed', String(isShown));
      button.textContent = isShown ? 'On the map' : 'Show on map';
    }
  }

  #fillFields(): void {
    const { text, serviceType, sort } = this.#state;
    if (this.#text.value.trim() !== text.trim()) this.#text.value = text;
    this.#type.value = serviceType;
    element(`sort-${sort}`, HTMLInputElement).checked = true;
    element('clear', HTMLButtonElement).hidden = !isNarrow(this.#state);
  }
}

/** Whether a search leaves layers out. */
function isNarrow(state: SearchState): boolean {
  return writeSearchState({ ...state, page: 1, sort: 'score' }) !== '';
}
