import { describe } from '@jest/globals';
import { areInstalled, describeMissingProgram } from './installed.ts';
import { describeRasterizer } from './rasterizer-conformance.ts';

describe('pdf2pic', () => {
  describeMissingProgram('pdf2pic', { program: 'gm', debianPackage: 'graphicsmagick' });
  if (areInstalled('gm', 'gs')) describeRasterizer('pdf2pic', { drawsBeyondCropBox: false });
});
