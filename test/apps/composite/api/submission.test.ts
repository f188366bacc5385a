import { describe, expect, it } from '@jest/globals';
import { InvalidSubmissionError, parseSubmission } from '../../../../src/apps/composite/api/submission.ts';
import { collectionOf } from '../../../support/api-server.ts';

describe('a submission', () => {
  it('fits with all fields that are described, and any others', () => {
    const body = collectionOf({
      string1: '{:x}',
      string2: 'b',
      string3: '',
      text: '{{}}',
      number1: 1,
      number2: '{}',
      number3: -3,
      roles: ['https://example.org/roles/clickthrough', 'b'],
      maxUnauthorised: 0.5,
      originFormat: 'application/pdf',
      family: 'I',
      compositeId: 'book-1',
      textType: 'alto',
      duration: 12,
      nested: { of: [{ any: null }] },
      incrementSeed: -5,
    });
    expect(parseSubmission(body)).toEqual((body as { member: unknown }).member);
  });

  it.each([
    ['https://example.org/a b.pdf'],
    ['https://example.org/käse.pdf'],
    ['s3://bucket/key.pdf'],
    ['file:///etc/passwd'],
  ])('takes the URI %s as an origin', (origin) => {
    expect(parseSubmission(collectionOf({ origin }))).toHaveLength(1);
  });

  it.each<[string, unknown, string[]]>([
    ['a text', 'x', ['must be object']],
    ['null', null, ['must be object']],
    ['an array', [], ['must be object']],
    [
      'nothing',
      {},
      [
        "must have required property '@context'",
        "must have required property '@type'",
        "must have required property 'member'",
      ],
    ],
    ['no members', collectionOf(), ['member must NOT have fewer than 1 items']],
    ['members that are no array', { ...collectionOf(), member: {} }, ['member must be array']],
    [
      'another context and type',
      { ...collectionOf({}), '@context': 'x', '@type': 'hydra:Collection' },
      [
        '@context must be equal to constant "http://www.w3.org/ns/hydra/context.jsonld"',
        '@type must be equal to constant "Collection"',
      ],
    ],
    ['a member that is none', { ...collectionOf(), member: [1] }, ['member/0 must be object']],
    [
      'a member without anything',
      { ...collectionOf(), member: [{}] },
      [
        "member/0 must have required property '@type'",
        "member/0 must have required property 'id'",
        "member/0 must have required property 'space'",
        "member/0 must have required property 'origin'",
        "member/0 must have required property 'incrementSeed'",
      ],
    ],
    [
      'faults in two members',
      collectionOf({ space: '1' }, {}, { origin: 'no uri', roles: ['a', 'b', 'a'] }),
      [
        'member/0/space must be integer',
        'member/2/origin must match format "uri"',
        'member/2/roles must NOT have duplicate items (items ## 2 and 0 are identical)',
      ],
    ],
    ['a boolean for an integer', collectionOf({ space: true }), ['member/0/space must be integer']],
    ['a fraction', collectionOf({ incrementSeed: 0.5 }), ['member/0/incrementSeed must be integer']],
    [
      'an integer that a double cannot hold',
      JSON.parse(JSON.stringify(collectionOf({ space: 1 })).replace('"space":1', '"space":9007199254740993')),
      ['member/0/space must be <= 9007199254740991'],
    ],
    ['a boolean for a number', collectionOf({ number1: false }), ['member/0/number1 must be integer,string']],
    ['null for a text', collectionOf({ string1: null }), ['member/0/string1 must be string']],
    ['roles that are no texts', collectionOf({ roles: ['a', 1] }), ['member/0/roles/1 must be string']],
    [
      'another origin format',
      collectionOf({ originFormat: 'image/png' }),
      ['member/0/originFormat must be equal to constant "application/pdf"'],
    ],
    [
      'format strings that are none',
      collectionOf({ id: '{name}', number2: '{:q}', text: '}' }),
      [
        'member/0/id must be a format string for one number: the field {name} at character 1 is neither {} nor {0}; the number of the page is all there is',
        'member/0/number2 must be a format string for one number: the field {:q} at character 1 cannot be formatted: the type "q" is none of b c d n o x X e E f F g G %',
        'member/0/text must be a format string for one number: the "}" at character 1 stands alone; write "}}" for the character itself',
      ],
    ],
    [
      'a format that the first number does not fit',
      collectionOf({ id: '{:c}', incrementSeed: -1 }),
      [
        'member/0/id must be a format string for one number: the field {:c} at character 1 cannot be formatted: the type "c" has no character for -1',
      ],
    ],
    [
      'the character U+0000',
      collectionOf({ notes: ['a', { 'b/c': 'x\0' }] }),
      ['member/0/notes/1/b/c must not contain the character U+0000'],
    ],
    [
      'U+0000 in a key',
      collectionOf({ 'a\0': 1 }),
      ['member/0/a\ufffd must not contain the character U+0000'],
    ],
    [
      'half of a surrogate pair',
      collectionOf({ id: 'a\ud800' }),
      ['member/0/id must not contain half of a surrogate pair'],
    ],
    [
      'a number that no double holds',
      collectionOf({ duration: Number.POSITIVE_INFINITY }),
      ['member/0/duration must be a number that a double can hold'],
    ],
    [
      'two composites in one place',
      collectionOf(
        { compositeId: 'a/b' },
        { compositeId: 'a/b', space: 2 },
        {},
        {},
        { compositeId: '/a//b/' },
        { compositeId: 'a' },
      ),
      [
        'member/4/compositeId must not be that of member/0 in the same space: the pages of one would take the place of the other',
      ],
    ],
    [
      'a compositeId that no key of S3 has room for',
      collectionOf({ compositeId: 'é'.repeat(401) }),
      ['member/0/compositeId must NOT have more than 800 bytes in UTF-8'],
    ],
  ])('does not fit with %s', (_what, body, faults) => {
    expect(faultsOf(body)).toEqual(faults);
  });

  it('does not fit where it is nested without end', () => {
    const depth = 2_000_000;
    const body = JSON.parse(
      JSON.stringify(collectionOf({ deep: 0 })).replace(
        '"deep":0',
        `"deep":${'['.repeat(depth)}${']'.repeat(depth)}`,
      ),
    );
    expect(faultsOf(body)).toEqual([
      'member/0/deep/0/0/0/0/0/0/0/0/0/… must not be nested deeper than 100 levels',
    ]);
  });

  it('lists a hundred faults, and says how many members more do not fit', () => {
    const faults = faultsOf({ ...collectionOf(), member: new Array(1_000_000).fill(0) });
    expect(faults).toHaveLength(101);
    expect(faults[99]).toBe('member/99 must be object');
    expect(faults[100]).toBe('… and 999900 more members do not fit');
  });

  it('lists a hundred faults of a member that has more', () => {
    const faults = faultsOf(collectionOf({ roles: new Array(1_000).fill(0) }));
    expect(faults).toHaveLength(101);
    expect(faults[100]).toMatch(/^… and \d+ more of the member before$/);
  });

  it('names the first fault alone of a member with roles beyond number', () => {
    const roles: unknown[] = Array.from({ length: 500_000 }, (_, index) => `role ${index}`);
    expect(parseSubmission(collectionOf({ roles }))).toHaveLength(1);
    expect(faultsOf(collectionOf({ roles: [...roles, 7, 8] }))).toEqual([
      'member/0/roles/500000 must be string',
    ]);
    expect(faultsOf(collectionOf({ roles: [...roles, 'role 0'] }))).toHaveLength(1);
  });
});

function faultsOf(body: unknown): readonly string[] {
  try {
    parseSubmission(body);
  } catch (error) {
    if (error instanceof InvalidSubmissionError) return error.faults;
    throw error;
  }
  throw new Error('The submission fits');
}
