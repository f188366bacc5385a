import { PRODUCT_NAME } from '../platform/product.ts';

/** What the site is called. */
export const SITE_NAME = PRODUCT_NAME;

/** The icon of the site: a sheet that becomes two images. */
export const ICON_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
<rect width="64" height="64" rx="14" fill="#0f5c63"/>
<path d="M14 12h16l8 8v20a3 3 0 0 1-3 3H14a3 3 0 0 1-3-3V15a3 3 0 0 1 3-3z" fill="#fff"/>
<path d="M30 12v8h8z" fill="#a9d5d3"/>
<path d="M17 26h14M17 32h14" stroke="#0f5c63" stroke-width="2.5" stroke-linecap="round"/>
<rect x="24" y="28" width="26" height="20" rx="3" fill="#f4b942" stroke="#0f5c63" stroke-width="2.5"/>
<rect x="29" y="34" width="26" height="20" rx="3" fill="#fff" stroke="#0f5c63" stroke-width="2.5"/>
<path d="M31 51l7-8 5 5 4-4 6 7" fill="none" stroke="#0f5c63" stroke-width="2.5" stroke-linejoin="round"/>
</svg>`;

/** AdminJS's colours until our script has set those of the reader's theme; see `front-end/theme.css`. */
export const THEME = {
  colors: {
    primary100: '#0f5c63',
    primary80: '#2b7b80',
    primary60: '#5a9da0',
    primary40: '#a9d5d3',
    primary20: '#e3f1f0',
    accent: '#0f5c63',
    love: '#c0392b',
    hoverBg: '#0b474d',
  },
} as const;
