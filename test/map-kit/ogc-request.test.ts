import { describe, expect, it } from '@jest/globals';
import { OgcRequest, readNumber, readNumbers } from '../../src/map-kit/ogc-request.ts';

describe('a request by key-value pairs', () => {
  it('has keys without case, and values with it', () => {
    const request = OgcRequest.read('SERVICE=WMS&Layers=a%2CB+c&empty=');
    expect(request.get('service')).toBe('WMS');
    expect(request.get('LAYERS')).toBe('a,B c');
    expect(request.find('empty')).toBeUndefined();
    expect(request.has('empty')).toBe(true);
    expect(request.find('constructor')).toBeUndefined();
  });

  it('may repeat what may be repeated', () => {
    const request = OgcRequest.read('subset=a(1,2)&SUBSET=b(3,4)');
    expect(request.all('subset')).toEqual(['a(1,2)', 'b(3,4)']);
    expect(() => request.find('subset')).toThrow('more than once');
  });

  it('takes the same value twice for one', () => {
    expect(OgcRequest.read('a=1&A=1').find('a')).toBe('1');
  });

  it.each([
    ['a=%zz', 'NoApplicableCode', 400],
    ['layers=a%00b', 'NoApplicableCode', 400],
    [`a=${'x'.repeat(8_200)}`, 'NoApplicableCode', 414],
  ])('is refused: %s', (query, code, status) => {
    expect(() => OgcRequest.read(query)).toThrow(expect.objectContaining({ code, status }));
  });

  it('has whole numbers within limits', () => {
    const request = OgcRequest.read('a=7&b=7.0&c=-1&d=99');
    expect(request.findWholeNumber('a', 1, 10)).toBe(7);
    for (const key of ['b', 'c', 'd']) {
      expect(() => request.findWholeNumber(key, 1, 10)).toThrow('from 1 to 10');
    }
  });
});

describe('numbers', () => {
  it('are decimal', () => {
    expect(['1', '-1.5', '.5', '2e3', ' 4 '].map(readNumber)).toEqual([1, -1.5, 0.5, 2_000, 4]);
    expect(['', '0x10', 'NaN', 'Infinity', '1,2', '1e9999'].map(readNumber)).toEqual(
      Array.from({ length: 6 }, () => Number.NaN),
    );
    expect(readNumbers('1,2,3', 3)).toEqual([1, 2, 3]);
    expect(readNumbers('1,2', 3)).toBeUndefined();
  });
});
