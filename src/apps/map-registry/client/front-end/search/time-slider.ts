import { element, make } from '../../../../../app-kit/client/front-end/page-elements.ts';
import type { YearRange } from './search-state.ts';
import { type TimeBin, yearInWords } from './time-bins.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Height of the histogram in its own units. */
const HEIGHT = 100;

/** A bar is never lower, so that one layer is seen. */
const LEAST_HEIGHT = 5;

/** The histogram of the years, with a slider at each end. */
export class TimeSlider {
  readonly #from = element('from', HTMLInputElement);
  readonly #to = element('to', HTMLInputElement);
  readonly #histogram = element('histogram', HTMLElement);
  readonly #clear = element('clear-years', HTMLButtonElement);
  readonly #onChange: (years: YearRange | undefined) => void;
  #bins: readonly TimeBin[] = [];
  #drawn: readonly SVGRectElement[] = [];

  /** @param onChange called with the years that were chosen; `undefined` for all. */
  constructor(onChange: (years: YearRange | undefined) => void) {
    this.#onChange = onChange;
    for (const slider of [this.#from, this.#to]) {
      slider.addEventListener('input', () => this.#move(slider));
      slider.addEventListener('change', () => this.#tell());
    }
    this.#clear.addEventListener('click', () => {
      this.#choose(0, this.#bins.length - 1);
      this.#tell();
      this.#from.focus();
    });
    this.#histogram.addEventListener('pointerdown', (event) => this.#drag(event));
  }

  /** Shows other counts, and which years are chosen. */
  show(bins: readonly TimeBin[], years: YearRange | undefined): void {
    this.#bins = bins;
    this.#draw();
    const last = Math.max(0, bins.length - 1);
    for (const slider of [this.#from, this.#to]) {
      slider.max = String(last);
      slider.disabled = bins.length < 2;
    }
    const low = years ? bins.findIndex(({ to }) => to >= years.from) : 0;
    const high = years ? bins.findLastIndex(({ from }) => from <= years.to) : last;
    this.#choose(low < 0 ? last : low, Math.max(high, 0));
    this.#clear.hidden = years === undefined;
  }

  #draw(): void {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', `0 0 ${Math.max(1, this.#bins.length)} ${HEIGHT}`);
    svg.setAttribute('preserveAspectRatio', 'none');
    const highest = Math.max(1, ...this.#bins.map(({ count }) => count));
    this.#drawn = this.#bins.map(({ from, to, count, isOlder = false }, index) => {
      const bar = document.createElementNS(SVG, 'rect');
      // Counts differ by powers of ten, and the low ones shall be seen.
      const height = count === 0 ? 0 : Math.max(LEAST_HEIGHT, Math.sqrt(count / highest) * HEIGHT);
      bar.setAttribute('x', String(index + 0.08));
      bar.setAttribute('width', '0.84');
      bar.setAttribute('y', String(HEIGHT - height));
      bar.setAttribute('height', String(height));
      bar.classList.toggle('older', isOlder);
      const title = document.createElementNS(SVG, 'title');
      title.textContent = `${yearsInWords({ from, to })}: ${count.toLocaleString('en')}`;
      bar.append(title);
      return bar;
    });
    svg.append(...this.#drawn);
    this.#histogram.replaceChildren(svg);
    element('time-empty', HTMLElement).hidden = this.#bins.length > 0;
    this.#showEnds();
  }

  #showEnds(): void {
    const [first, last] = [this.#bins[0], this.#bins.at(-1)];
    const begin = first?.isOlder ? `before ${yearInWords(first.to + 1)}` : first && yearInWords(first.from);
    element('time-ends', HTMLElement).replaceChildren(
      make('span', begin ?? ''),
      make('span', last ? yearInWords(last.to) : ''),
    );
  }

  #choose(low: number, high: number): void {
    this.#from.value = String(low);
    this.#to.value = String(high);
    this.#paint();
  }

  #paint(): void {
    const [low, high] = this.#chosen;
    const [first, last] = [this.#bins[low], this.#bins[high]];
    if (!first || !last) return;
    this.#from.setAttribute('aria-valuetext', yearInWords(first.from));
    this.#to.setAttribute('aria-valuetext', yearInWords(last.to));
    element('years-text', HTMLOutputElement).textContent = this.#isAll
      ? 'All years'
      : yearsInWords({ from: first.from, to: last.to });
    for (const [index, bar] of this.#drawn.entries()) {
      bar.classList.toggle('chosen', index >= low && index <= high);
    }
  }

  #move(moved: HTMLInputElement): void {
    // One slider pushes the other.
    if (Number(this.#from.value) > Number(this.#to.value)) {
      (moved === this.#from ? this.#to : this.#from).value = moved.value;
    }
    this.#paint();
  }

  #tell(): void {
    const [low, high] = this.#chosen;
    const [first, last] = [this.#bins[low], this.#bins[high]];
    this.#onChange(this.#isAll || !first || !last ? undefined : { from: first.from, to: last.to });
  }

  /** Years are chosen by dragging over their bars, too. */
  #drag(event: PointerEvent): void {
    if (this.#bins.length < 2) return;
    event.preventDefault();
    const begin = this.#binAt(event);
    const move = (moved: PointerEvent) => {
      const end = this.#binAt(moved);
      this.#choose(Math.min(begin, end), Math.max(begin, end));
    };
    this.#histogram.setPointerCapture(event.pointerId);
    this.#histogram.addEventListener('pointermove', move);
    move(event);
    this.#histogram.addEventListener(
      'lostpointercapture',
      () => {
        this.#histogram.removeEventListener('pointermove', move);
        this.#tell();
      },
      { once: true },
    );
  }

  #binAt({ clientX }: PointerEvent): number {
    const { left, width } = this.#histogram.getBoundingClientRect();
    const place = Math.floor(((clientX - left) / width) * this.#bins.length);
    return Math.max(0, Math.min(this.#bins.length - 1, place));
  }

  get #chosen(): readonly [number, number] {
    return [Number(this.#from.value), Number(this.#to.value)];
  }

  get #isAll(): boolean {
    const [low, high] = this.#chosen;
    return low === 0 && high === this.#bins.length - 1;
  }
}

/** Years for people. */
export function yearsInWords({ from, to }: YearRange): string {
  return from === to ? yearInWords(from) : `${yearInWords(from)} to ${yearInWords(to)}`;
}
