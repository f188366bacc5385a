import { describe, expect, it } from '@jest/globals';
import { freePage } from '../../../../src/apps/composite/rasterizers/rasterizer.ts';

describe('a page that is not needed any more', () => {
  it('gives its memory back at once', () => {
    const bytes = new ArrayBuffer(1024);
    freePage({ pageNumber: 1, widthPixels: 1, heightPixels: 1, warnings: [], body: Buffer.from(bytes) });
    expect(bytes.byteLength).toBe(0);
  });

  it('leaves memory alone that others share', () => {
    const bytes = new ArrayBuffer(1024);
    freePage({
      pageNumber: 1,
      widthPixels: 1,
      heightPixels: 1,
      warnings: [],
      body: Buffer.from(bytes, 0, 512),
    });
    expect(bytes.byteLength).toBe(1024);
  });
});
