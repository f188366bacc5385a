import { describe, expect, it } from '@jest/globals';
import { createImageBuilder } from '../../../../src/apps/composite/dlcs/dlcs-image.ts';

const COMPOSITE = {
  '@type': 'vocab:Composite',
  id: 'my-pdf-{:03d}',
  space: 3,
  origin: 'https://example.org/a.pdf',
  incrementSeed: 7,
};

const PAGE = { pageNumber: 1, url: 'https://s3.amazonaws.com/b/page-00001.png', mediaType: 'image/png' };

describe('the image of a page', () => {
  it('has nothing but what the composite has, and where and what the page is', () => {
    expect(createImageBuilder(COMPOSITE)(PAGE)).toEqual({
      id: 'my-pdf-007',
      space: 3,
      origin: PAGE.url,
      family: 'I',
      mediaType: 'image/png',
    });
  });

  it('counts from the seed, page by page', () => {
    const build = createImageBuilder(COMPOSITE);
    expect([1, 2, 14].map((pageNumber) => build({ ...PAGE, pageNumber })['id'])).toEqual([
      'my-pdf-007',
      'my-pdf-008',
      'my-pdf-020',
    ]);
  });

  it('formats the fields that are format strings, and keeps numbers numbers', () => {
    const build = createImageBuilder({
      ...COMPOSITE,
      string1: 's{}',
      string2: '{0:x}',
      string3: '{{}}',
      number1: '{:d}',
      number2: 42,
      number3: 'n',
      text: 'Page {}',
    });
    expect(build({ ...PAGE, pageNumber: 4 })).toMatchObject({
      string1: 's10',
      string2: 'a',
      string3: '{}',
      number1: '10',
      number2: 42,
      number3: 'n',
      text: 'Page 10',
    });
  });

  it('copies all other fields as they are, and drops what the composite alone has', () => {
    const build = createImageBuilder({
      ...COMPOSITE,
      originFormat: 'application/pdf',
      compositeId: 'c-{}',
      family: 'T',
      mediaType: 'application/pdf',
      roles: ['https://role/{}'],
      maxUnauthorised: -1,
      textType: 'alto {',
      duration: 0,
      tags: { nested: ['{}'] },
    });
    expect(build(PAGE)).toEqual({
      id: 'my-pdf-007',
      space: 3,
      origin: PAGE.url,
      family: 'I',
      mediaType: 'image/png',
      roles: ['https://role/{}'],
      maxUnauthorised: -1,
      textType: 'alto {',
      duration: 0,
      tags: { nested: ['{}'] },
    });
  });
});
