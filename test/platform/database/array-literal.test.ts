import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ArrayElement, arrayLiteral } from '../../../src/platform/database/array-literal.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it.each<[string, readonly ArrayElement[]]>([
  [
    'text',
    ['', 'NULL', 'null', ' a b ', 'a,b', '{a}', '"', '\\', '\\"', "'", 'line\nline\t\r', 'Zoë 漢字 😀', null],
  ],
  ['jsonb', ['{"a": "\\"\\\\\\n"}', '[1, "}"]', 'null', null]],
  ['integer', [0, -5, null]],
  ['double precision', [0.1, -1e-7, 1e300, null]],
  ['boolean', [true, false, null]],
  ['uuid', ['01a22147-bba1-7131-b8b3-0f6c70f8df5a', null]],
  ['text', []],
])('an array of %s is read by Postgres as it was written', async (type, values) => {
  const { rows } = await test.database.raw(
    `SELECT coalesce(json_agg(value), '[]') AS read FROM unnest(?::${type}[]) AS value`,
    [arrayLiteral(values)],
  );
  const expected =
    type === 'jsonb' ? values.map((value) => (value === null ? null : JSON.parse(String(value)))) : values;
  expect(rows[0].read).toEqual(expected);
});
