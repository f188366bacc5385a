/** What the site is called. */
export const SITE_NAME = 'Composite Handler';

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

/** Changes to the looks of AdminJS. */
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

/** Styles of our own components, and a few corrections of AdminJS's. */
export const STYLES = `
body { font-family: Roboto, sans-serif; }
#app [data-css="sidebar"] { width: 232px; }
#app table.adminjs_Table td, #app table.adminjs_Table th { padding: 13px 10px; font-size: 13px; }
.ch-nav { padding: 0 12px 24px; }
.ch-nav h2 { padding: 18px 12px 6px; font-size: 11px; font-weight: 600; letter-spacing: .06em; text-transform: uppercase; color: #7b8f91; }
.ch-nav a { display: block; padding: 8px 12px; border-radius: 7px; font-size: 14px; text-decoration: none; color: #10292c; }
.ch-nav a:hover { background: #f0f5f5; }
.ch-nav a[aria-current] { background: #e3f1f0; color: #0f5c63; font-weight: 600; }
.ch-brand { display: flex; align-items: center; gap: 11px; padding: 24px 14px 20px 20px; text-decoration: none; color: #10292c; font-size: 15px; font-weight: 600; white-space: nowrap; }
.ch-brand img { width: 34px; height: 34px; }
.ch-id, .ch-link { font-family: ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; font-size: 12px; }
.ch-link, .ch-plain-link { color: #0f5c63; text-decoration: none; }
.ch-link:hover, .ch-plain-link:hover { text-decoration: underline; }
.ch-time, .ch-number, .ch-clip { font-size: 13px; }
.ch-time, .ch-number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.ch-id, .ch-link { white-space: nowrap; }
.ch-clip { display: block; max-width: 28ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.ch-block { margin: 4px 0 0; padding: 12px 14px; max-height: 60vh; overflow: auto; background: #f5f8f8; border: 1px solid #dde7e7; border-radius: 6px; font: 12px/1.5 ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; color: #10292c; }
.ch-none { color: #9aa8a9; }
.ch-badge { display: inline-block; padding: 3px 9px; border-radius: 999px; font-size: 11px; font-weight: 600; letter-spacing: .02em; white-space: nowrap; background: #e8edf0; color: #41565a; }
.ch-badge-good { background: #dff3e4; color: #1c6b37; }
.ch-badge-busy { background: #e0eefb; color: #1d5a96; }
.ch-badge-bad { background: #fbe3e0; color: #a32a1c; }
.ch-page { padding: 28px 32px 48px; max-width: 1180px; line-height: 1.45; color: #10292c; }
.ch-page h1 { font-size: 24px; font-weight: 600; margin-bottom: 20px; }
.ch-page h2 { font-size: 16px; font-weight: 600; margin: 32px 0 10px; }
.ch-figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 16px; }
.ch-figure { display: block; padding: 16px 18px; background: #fff; border: 1px solid #dde7e7; border-radius: 10px; text-decoration: none; color: inherit; }
.ch-figure:hover { border-color: #0f5c63; }
.ch-figure strong { display: block; font-size: 28px; font-weight: 600; font-variant-numeric: tabular-nums; }
.ch-figure span { color: #5b6f72; font-size: 13px; }
.ch-table { width: 100%; background: #fff; border: 1px solid #dde7e7; border-radius: 10px; border-collapse: separate; border-spacing: 0; font-size: 13px; }
.ch-table th, .ch-table td { padding: 10px 14px; text-align: left; border-bottom: 1px solid #edf2f2; }
.ch-table th { color: #5b6f72; font-weight: 600; font-size: 12px; }
.ch-table tr:last-child td { border-bottom: 0; }
.ch-tasks { margin: 20px 0 28px; font-size: 14px; line-height: 1.7; }
.ch-tasks li { padding: 6px 0; border-bottom: 1px solid #edf2f2; }
.ch-account { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 18px; padding: 0 24px; font-size: 14px; color: #10292c; }
.ch-account button { padding: 0; font: inherit; color: #0f5c63; background: none; border: 0; cursor: pointer; }
.ch-account button:hover { text-decoration: underline; }
.ch-form { display: flex; flex-direction: column; height: 100%; }
.ch-select { width: 100%; padding: 8px 10px; font: inherit; color: inherit; background: #fff; border: 1px solid #8ba3a5; border-radius: 4px; }
.ch-hint { margin-top: 6px; font-size: 12px; line-height: 1.5; color: #4c6265; }
.ch-form-error { margin-top: 12px; padding: 10px 12px; line-height: 1.5; color: #8f2317; background: #fbe9e7; border-radius: 8px; }
.ch-question { font-size: 15px; line-height: 1.5; margin-top: 12px; }
`;
