import { describe, expect, it } from '@jest/globals';
import {
  EndpointListError,
  readEndpointLines,
} from '../../../../src/apps/map-registry/endpoints/endpoint-lines.ts';
import { readWebAddress } from '../../../../src/apps/map-registry/endpoints/web-address.ts';

describe('an address', () => {
  it('is stored in one spelling', () => {
    for (const text of [
      'https://a.example/wms',
      ' HTTPS://A.example:443/wms#top ',
      'https://a.example/x/../wms',
    ]) {
      expect(readWebAddress(text)).toEqual({ url: 'https://a.example/wms' });
    }
    expect(readWebAddress('http://münchen.example/ä?q=ö')).toEqual({
      url: 'http://xn--mnchen-3ya.example/%C3%A4?q=%C3%B6',
    });
  });

  it('is refused with a reason otherwise', () => {
    const cases: [string, RegExp][] = [
      ['', /no URL/],
      ['a.example', /no URL/],
      ['file:///etc/passwd', /no URL/],
      ['javascript:alert(1)', /no URL/],
      ['https://', /no URL/],
      ['https://a.example/a b', /white space/],
      ['https://user:secret@a.example/', /password/],
      [`https://a.example/${'x'.repeat(10_000)}`, /10018 characters; it may have 2000/],
      [`https://a.example/${'ä'.repeat(1_000)}`, /2000/],
    ];
    for (const [text, reason] of cases) {
      expect([text, readWebAddress(text)]).toEqual([text, { fault: expect.stringMatching(reason) }]);
    }
  });
});

describe('a list of endpoints', () => {
  it('has one URL a line, whatever the ends of lines and the white space', () => {
    const text =
      '\uFEFFhttps://a.example/\r\n\n  https://b.example/  \r# a comment\nhttps://a.example/#again\n\t\n';
    expect(readEndpointLines(text)).toEqual({
      urls: ['https://a.example/', 'https://b.example/'],
      duplicateCount: 1,
      refused: [],
      refusedCount: 0,
    });
  });

  it('loses the lines alone that are no URLs, and says which', () => {
    const text = ['https://a.example/', 'nonsense', `https://b.example/${'x'.repeat(10_000)}`].join('\n');
    expect(readEndpointLines(text)).toMatchObject({
      urls: ['https://a.example/'],
      refused: [
        { line: 2, reason: expect.stringMatching(/no URL/) },
        { line: 3, reason: expect.stringMatching(/10018 characters/) },
      ],
      refusedCount: 2,
    });
  });

  it('is limited', () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, index) => `https://a.example/${index}`).join('\n');
    expect(readEndpointLines(lines(10_000)).urls).toHaveLength(10_000);
    expect(() => readEndpointLines(lines(10_001))).toThrow(EndpointListError);
    const { refused, refusedCount } = readEndpointLines('x\n'.repeat(5_000));
    expect([refused.length, refusedCount]).toEqual([1_000, 5_000]);
  });
});
