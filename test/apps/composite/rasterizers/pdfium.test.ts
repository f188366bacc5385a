import { describe } from '@jest/globals';
import { describeRasterizer } from './rasterizer-conformance.ts';

describe('pdfium', () => {
  describeRasterizer('pdfium');
});
