/** The logo in the footer of every page: three cards, one of them turned. */
export const LOGO_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48">' +
  '<g stroke="#1f2328" stroke-width="2.5">' +
  '<rect x="4" y="12" width="20" height="28" rx="4" fill="#f7cd4b" transform="rotate(-14 14 26)"/>' +
  '<rect x="24" y="12" width="20" height="28" rx="4" fill="#2c6fb5" transform="rotate(14 34 26)"/>' +
  '<rect x="13" y="6" width="22" height="31" rx="4" fill="#ffffff"/></g>' +
  '<g fill="#1f2328"><circle cx="20" cy="14" r="2.6"/><circle cx="28" cy="14" r="2.6"/>' +
  '<circle cx="20" cy="29" r="2.6"/><circle cx="28" cy="29" r="2.6"/></g></svg>';
