import { element, getJson } from '../../../../app-kit/client/front-end/page-elements.ts';

/** A span of time. */
export interface TimeRange {
  readonly begin: string;
  readonly end: string;
}

interface Histogram {
  readonly unit: 'day' | 'month' | 'year';
  readonly bars: readonly (TimeRange & { readonly count: number })[];
}

const SVG = 'http://www.w3.org/2000/svg';

/** Characters of a date that are shown, by unit. */
const SHOWN = { day: 10, month: 7, year: 4 } as const;

/**
 * Shows how many products there are by time, with two sliders.
 *
 * @param onChange called with what was chosen; `undefined` for all time.
 * @returns whether there are products.
 */
export async function showTimeRange(
  address: string,
  onChange: (range: TimeRange | undefined) => void,
): Promise<boolean> {
  const { unit, bars } = await getJson<Histogram>(`${address}/histogram`);
  const [first] = bars;
  if (!first) return false;
  const from = element('from', HTMLInputElement);
  const to = element('to', HTMLInputElement);
  const drawn = drawBars(bars);
  for (const slider of [from, to]) {
    slider.max = String(bars.length - 1);
    slider.disabled = bars.length < 2;
  }
  to.value = to.max;
  const show = () => {
    const [low, high] = [Number(from.value), Number(to.value)];
    const begin = (bars[low] ?? first).begin.slice(0, SHOWN[unit]);
    const end = (bars[high] ?? first).begin.slice(0, SHOWN[unit]);
    element('from-text', HTMLOutputElement).textContent = begin;
    element('to-text', HTMLOutputElement).textContent = end;
    from.setAttribute('aria-valuetext', begin);
    to.setAttribute('aria-valuetext', end);
    drawn.forEach((bar, index) => {
      bar.classList.toggle('chosen', index >= low && index <= high);
    });
  };
  const change = (moved: HTMLInputElement) => {
    // One slider pushes the other.
    if (Number(from.value) > Number(to.value)) (moved === from ? to : from).value = moved.value;
    show();
    const [low, high] = [Number(from.value), Number(to.value)];
    const isAll = low === 0 && high === bars.length - 1;
    const [begin, end] = [bars[low]?.begin, bars[high]?.end];
    onChange(isAll || !begin || !end ? undefined : { begin, end });
  };
  for (const slider of [from, to]) slider.addEventListener('input', () => change(slider));
  show();
  return true;
}

function drawBars(bars: Histogram['bars']): readonly SVGRectElement[] {
  const svg = document.createElementNS(SVG, 'svg');
  const highest = Math.max(1, ...bars.map(({ count }) => count));
  svg.setAttribute('viewBox', `0 0 ${bars.length} 100`);
  svg.setAttribute('preserveAspectRatio', 'none');
  const drawn = bars.map(({ count }, index) => {
    const bar = document.createElementNS(SVG, 'rect');
    const height = count === 0 ? 0 : Math.max(4, (count / highest) * 100);
    bar.setAttribute('x', String(index + 0.05));
    bar.setAttribute('width', '0.9');
    bar.setAttribute('y', String(100 - height));
    bar.setAttribute('height', String(height));
    return bar;
  });
  svg.append(...drawn);
  element('histogram', HTMLElement).append(svg);
  return drawn;
}
