import { describe } from '@jest/globals';
import { areInstalled, describeMissingProgram } from './installed.ts';
import { describeRasterizer } from './rasterizer-conformance.ts';

describe('poppler', () => {
  describeMissingProgram('poppler', { program: 'pdftoppm', debianPackage: 'poppler-utils' });
  if (areInstalled('pdftoppm')) describeRasterizer('poppler', { repairs: false });
});
