import { PRODUCT_SLUG } from '../../../platform/product.ts';

/** What the reader chose: their system's, or one of the two. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const STORAGE_KEY = `${PRODUCT_SLUG}.theme`;

/** The choice that was made in this browser. */
export function readThemeChoice(): ThemeChoice {
  const stored = readStored();
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Shows the page as chosen; `theme.css` does the rest. */
export function applyThemeChoice(choice: ThemeChoice): void {
  if (choice === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
}

/** Keeps the choice for the next page. */
export function storeThemeChoice(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // A browser that keeps nothing shows what its system says.
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** A colour of `theme.css` as it is now, as `rgb(…)`: AdminJS calculates with colours, and knows no variables. */
export function colourOf(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** AdminJS's names of colours, and ours. */
const COLOURS = {
  border: '--ch-line',
  text: '--ch-text',
  primary100: '--ch-accent',
  primary80: '--ch-accent-strong',
  primary60: '--ch-accent',
  primary40: '--ch-accent-soft',
  primary20: '--ch-accent-soft',
  accent: '--ch-accent',
  grey100: '--ch-text',
  grey80: '--ch-muted',
  grey60: '--ch-muted',
  grey40: '--ch-control-line',
  grey20: '--ch-sunken',
  white: '--ch-surface',
  black: '--ch-text',
  errorDark: '--ch-bad',
  error: '--ch-bad',
  errorLight: '--ch-bad-soft',
  successDark: '--ch-good',
  success: '--ch-good',
  successLight: '--ch-good-soft',
  warningDark: '--ch-warn',
  warning: '--ch-warn',
  warningLight: '--ch-warn-soft',
  infoDark: '--ch-busy',
  info: '--ch-busy',
  infoLight: '--ch-busy-soft',
  bg: '--ch-bg',
  filterBg: '--ch-surface',
  container: '--ch-surface',
  sidebar: '--ch-surface',
  inputBorder: '--ch-control-line',
  separator: '--ch-line',
  highlight: '--ch-sunken',
  hoverBg: '--ch-accent-strong',
  love: '--ch-bad',
} as const;

/** AdminJS's theme in the colours of the moment. */
export function adminjsTheme<Theme extends object>(base: Theme) {
  const colors = Object.fromEntries(
    Object.entries(COLOURS).map(([name, variable]) => [name, colourOf(variable)]),
  );
  const line = `1px solid ${colors['border']}`;
  return {
    ...base,
    colors,
    font: 'var(--ch-font)',
    borders: {
      input: `1px solid ${colors['inputBorder']}`,
      filterInput: line,
      bg: `1px solid ${colors['bg']}`,
      default: line,
    },
  };
}
