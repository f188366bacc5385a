import { describe, expect, it } from '@jest/globals';
import { findDuplicateName } from '../../src/platform/duplicate-names.ts';

describe('names that an object has twice', () => {
  it.each([
    ['{"a":1,"a":1}', { name: 'a', position: 7 }],
    ['{"a":{"b":[{}, {"c":0,"d":"c", "c" : 0}]}}', { name: 'c', position: 31 }],
    ['{"a":{"a":1},"a":2}', { name: 'a', position: 13 }],
    ['{"\\u0061":1,"a":2}', { name: 'a', position: 12 }],
    ['{"\\"":1,"\\"":2}', { name: '"', position: 8 }],
    ['{"__proto__":1,"__proto__":2}', { name: '__proto__', position: 15 }],
  ])('are found in %s', (json, found) => {
    JSON.parse(json);
    expect(findDuplicateName(json)).toEqual(found);
  });

  it.each([
    '"a"',
    '{}',
    '{"a":"a","b":["a","a",{"a":1},{"a":1}]}',
    '{"a":"x\\\\","b":",\\"a\\":","c":"{"}',
    '[{"a":1},{"a":2}]',
    `${'[{"a":'.repeat(100_000)}1${'}]'.repeat(100_000)}`,
  ])('are not in %.60s', (json) => {
    JSON.parse(json);
    expect(findDuplicateName(json)).toBeUndefined();
  });
});
