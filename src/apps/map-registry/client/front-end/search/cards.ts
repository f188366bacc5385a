import { element, getJson, make } from '../../../../../app-kit/client/front-end/page-elements.ts';
import { reliabilityInWords, type Uptime } from '../../../uptime.ts';
import type { LayerCard } from '../../cards.ts';
import { type FoundLayer, yearOf } from './search-api.ts';
import { yearInWords } from './time-bins.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Bars of a card. */
const BARS = 30;

/** What is on the page while the first results are on their way. */
const WAITING_CARDS = 6;

/** How cards are shown, and what happens at them. */
export interface CardOptions {
  /** Where the pages of the catalogue are: `/registry/hypermap`, or the server of a remote one. */
  readonly root: string;
  /** Where a remote catalogue is. */
  readonly remote: string | undefined;
  /** Called with the layer that the pointer or the focus is on; `undefined` where it left. */
  readonly onPointed: (layer: FoundLayer | undefined) => void;
  /** Called with the layer whose map is to be shown or hidden. */
  readonly onPicture: (layer: FoundLayer) => void;
}

/** Shows empty cards. */
export function showWaitingCards(): void {
  const waiting = Array.from({ length: WAITING_CARDS }, () => {
    const item = make('li');
    item.className = 'card waiting';
    item.setAttribute('aria-hidden', 'true');
    item.append(make('div'), make('div'));
    return item;
  });
  element('results', HTMLElement).replaceChildren(...waiting);
}

/** Shows a card of each layer. */
export function showCards(layers: readonly FoundLayer[], options: CardOptions): void {
  element('results', HTMLElement).replaceChildren(...layers.map((layer) => cardOf(layer, options)));
}

/** Adds pictures and bars to cards that are shown. Without them the cards stay as they are. */
export async function completeCards(
  layers: readonly FoundLayer[],
  { root, remote }: Pick<CardOptions, 'root' | 'remote'>,
  signal: AbortSignal,
): Promise<void> {
  if (layers.length === 0 || remote !== undefined) return;
  const query = new URLSearchParams({ ids: layers.map(({ id }) => id).join() });
  const cards = await getJson<readonly LayerCard[]>(`${root}/cards?${query}`, signal);
  for (const { id, thumbnail, uptime } of cards) {
    const item = document.getElementById(`layer-${id}`);
    item?.querySelector('.uptime')?.replaceWith(uptimeOf(uptime));
    if (thumbnail === null) continue;
    const picture = make('img');
    picture.src = thumbnail;
    picture.alt = '';
    picture.loading = 'lazy';
    picture.addEventListener('load', () => item?.querySelector('.thumbnail')?.replaceChildren(picture));
    item?.querySelector('.thumbnail')?.append(picture);
  }
}

/** Marks the card of a layer. @param isShown whether the list moves to it. */
export function markCard(id: string | undefined, isShown: boolean): void {
  for (const card of element('results', HTMLElement).querySelectorAll('.card')) {
    const isMarked = card.id === `layer-${id}`;
    card.classList.toggle('marked', isMarked);
    if (isMarked && isShown) card.scrollIntoView({ block: 'nearest' });
  }
}

/** Moves the focus to the card of a layer. */
export function focusCard(id: string): void {
  document.querySelector<HTMLElement>(`#layer-${CSS.escape(id)} a`)?.focus();
}

/** Moves the focus from card to card by the arrow keys. */
export function moveByKeys(list: HTMLElement): void {
  list.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const links = [...list.querySelectorAll<HTMLElement>('.card h3 a')];
    const card = document.activeElement?.closest('.card');
    const at = links.findIndex((link) => card?.contains(link));
    const next = links[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function cardOf(layer: FoundLayer, { root, remote, onPointed, onPicture }: CardOptions): HTMLElement {
  const { id, title, name, abstract, layer_originator, service_type, tile_url } = layer;
  const link = make('a', title === '' ? name : title);
  link.href = remote === undefined ? `${root}/layer/${encodeURIComponent(id)}/` : farAddress(layer, remote);
  const heading = make('h3');
  heading.append(link);
  const facts = make('p');
  facts.className = 'facts';
  facts.append(badge(service_type), make('span', layer_originator));
  if (layer.layer_date !== undefined && layer.layer_datetype !== undefined) {
    facts.append(make('span', yearInWords(yearOf(layer.layer_date))));
  }
  const words = make('p', abstract);
  words.className = 'abstract';
  const foot = make('div');
  foot.className = 'foot';
  const uptime = make('span');
  uptime.className = 'uptime';
  foot.append(uptime);
  if (tile_url !== undefined && remote === undefined) foot.append(pictureButton(layer, onPicture));
  const text = make('div');
  text.append(heading, facts, ...(abstract.trim() === '' ? [] : [words]), foot);
  const thumbnail = make('div');
  thumbnail.className = 'thumbnail';
  thumbnail.append(locatorOf(layer));
  const item = make('li');
  item.className = 'card';
  item.id = `layer-${id}`;
  item.append(thumbnail, text);
  for (const event of ['pointerenter', 'focusin']) item.addEventListener(event, () => onPointed(layer));
  for (const event of ['pointerleave', 'focusout']) item.addEventListener(event, () => onPointed(undefined));
  return item;
}

function pictureButton(layer: FoundLayer, onPicture: (layer: FoundLayer) => void): HTMLElement {
  const button = make('button', 'Show on map');
  button.type = 'button';
  button.className = 'show-picture';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-label', `Show on map: ${layer.title}`);
  button.addEventListener('click', () => onPicture(layer));
  return button;
}

function badge(type: string): HTMLElement {
  const made = make('span', type.replace(/^(OGC|OSGeo|Hypermap|ESRI:ArcGIS):/, ''));
  made.className = 'badge';
  return made;
}

/** Only a page of the web is followed. */
function farAddress({ location }: FoundLayer, remote: string): string {
  const address = URL.parse(location.layer_info, remote);
  return address?.protocol === 'https:' || address?.protocol === 'http:' ? address.href : remote;
}

/** The place of a layer on the world. */
function locatorOf({ min_x, min_y, max_x, max_y }: FoundLayer): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '-180 -120 360 240');
  svg.setAttribute('aria-hidden', 'true');
  const grid = document.createElementNS(SVG, 'path');
  grid.setAttribute(
    'd',
    'M-180 0H180M-180-60H180M-180 60H180M0-90V90M-90-90V90M90-90V90M-180-90H180V90H-180Z',
  );
  grid.setAttribute('class', 'grid');
  const box = document.createElementNS(SVG, 'rect');
  const [width, height] = [Math.max(max_x - min_x, 8), Math.max(max_y - min_y, 8)];
  box.setAttribute('x', String((min_x + max_x - width) / 2));
  box.setAttribute('y', String(-(min_y + max_y + height) / 2));
  box.setAttribute('width', String(width));
  box.setAttribute('height', String(height));
  svg.append(grid, box);
  return svg;
}

/** The newest checks as bars, with the share of all that succeeded. */
function uptimeOf(uptime: Uptime): HTMLElement {
  const made = make('span');
  made.className = 'uptime';
  const words = reliabilityInWords(uptime);
  if (uptime.checkCount === 0) {
    made.append(words);
    return made;
  }
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${BARS * 4} 16`);
  svg.setAttribute('aria-hidden', 'true');
  const recent = uptime.recent.slice(-BARS).padStart(BARS, ' ');
  for (const [index, outcome] of [...recent].entries()) {
    const bar = document.createElementNS(SVG, 'rect');
    bar.setAttribute('x', String(index * 4));
    bar.setAttribute('y', outcome === '0' ? '6' : '0');
    bar.setAttribute('width', '2.6');
    bar.setAttribute('height', outcome === '0' ? '10' : '16');
    bar.setAttribute('rx', '1.3');
    bar.setAttribute('class', outcome === '1' ? 'up' : outcome === '0' ? 'down' : 'none');
    svg.append(bar);
  }
  made.append(svg, make('b', words));
  made.title = `${uptime.successCount.toLocaleString('en')} of ${uptime.checkCount.toLocaleString('en')} checks succeeded`;
  return made;
}
