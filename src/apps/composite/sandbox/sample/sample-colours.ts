/** The colours of the sample: of writing, of the sheet, and four more. */
export const INK = '#1d2433';
export const PAPER = '#fbf7ee';
export const PALE = '#e9dfca';
export const GREY = '#4a4f5c';
export const RED = '#b5352b';
export const BLUE = '#27567f';
export const OCHRE = '#d99a2b';
export const GREEN = '#4f7a5b';
