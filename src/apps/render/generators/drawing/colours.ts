/** The colours of the worksheets. They differ when printed in grey, too. */
export const INK = '#1f2328';
export const WHITE = '#ffffff';
export const CUT = '#7a828c';
export const PALE = '#eef1f4';
export const GREY = '#c3c9d1';
export const RED = '#cf3b31';
export const ORANGE = '#e98a24';
export const YELLOW = '#f7cd4b';
export const GREEN = '#3b9b5f';
export const BLUE = '#2c6fb5';
export const PURPLE = '#7d4fa6';
export const BROWN = '#8a5a34';
export const SKY = '#cfe7f5';
export const SAND = '#f3e3b3';
export const SKIN = '#f2c9a1';
