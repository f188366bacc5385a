import { describe, expect, it } from '@jest/globals';
import { OriginHttpRules } from '../../../src/apps/composite/origin-http-rules.ts';
import { compositeSettings } from '../../../src/apps/composite/settings.ts';
import { readSettings } from '../../../src/platform/settings/process-settings.ts';
import { cpuSecondsOf } from '../../support/cpu-seconds.ts';
import { faultsOf } from '../../support/settings.ts';

function headersFor(rules: object, customer: number, url: string): object {
  const parsed = OriginHttpRules.parse(JSON.stringify(rules));
  return Object.fromEntries(parsed.headersFor(customer, new URL(url)));
}

function read(rules: string) {
  return readSettings({ ORIGIN_HTTP_RULES: rules }, [compositeSettings]);
}

function adding(headers: object): object {
  return { addHeader: headers };
}

describe('the headers of a URL', () => {
  it('are those of all patterns that are found in it; later ones win, in whatever case', () => {
    const rules = {
      5: {
        'example\\.org': adding({ 'X-A': '1', 'X-B': '1' }),
        '\\.pdf$': adding({ 'x-b': '2', 'X-C': '2' }),
        'no match': adding({ 'X-A': '3' }),
      },
    };
    expect(headersFor(rules, 5, 'https://example.org/a.pdf')).toEqual({ 'x-a': '1', 'x-b': '2', 'x-c': '2' });
    expect(headersFor(rules, 5, 'https://example.org/a')).toEqual({ 'x-a': '1', 'x-b': '1' });
    expect(headersFor(rules, 6, 'https://example.org/a.pdf')).toEqual({});
  });

  it('are found at once, whatever the pattern and however long the URL', async () => {
    const rules = { 5: { '^https://(a+)+(a|a)*$': adding({ 'X-A': '1' }) } };
    const seconds = await cpuSecondsOf(() => {
      expect(headersFor(rules, 5, `https://a/${'a'.repeat(5_000)}!`)).toEqual({});
    });
    expect(seconds).toBeLessThan(5);
  });

  it('may be found by the named groups of Python', () => {
    expect(headersFor({ 5: { '(?P<host>archive)': adding({ 'X-A': '1' }) } }, 5, 'http://archive/')).toEqual({
      'x-a': '1',
    });
  });
});

describe('rules of another form stop the start:', () => {
  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'the whole is not an object'],
    ['{"five": {}}', 'the customer "five" is not a number'],
    ['{"5": []}', 'customer 5 is not an object'],
    ['{"5": {"(": {}}}', 'the pattern "(" of customer 5 is not a regular expression'],
    ['{"5": {"(?=a)": {}}}', 'the pattern "(?=a)" of customer 5 is not a regular expression'],
    ['{"5": {"a": "secret"}}', 'the pattern "a" of customer 5 is not an object'],
    ['{"5": {"a": {"addHeader": "secret"}}}', 'addHeader of the pattern "a" of customer 5 is not an object'],
    [
      '{"5": {"a": {"addHeader": {"X-Key": 1}}}}',
      'the header "X-Key" of the pattern "a" of customer 5 is not a text',
    ],
    ['{"5": {"a": {"addHeader": {"X Key": "secret"}}}}', 'is not a valid HTTP header'],
    ['{"5": {"a": {"addHeader": {"X-Key": "secret\\n"}}}}', 'is not a valid HTTP header'],
  ])('%s', (rules, fault) => {
    const [message = ''] = faultsOf(() => read(rules));
    expect(message).toContain('ORIGIN_HTTP_RULES holds something else (not shown)');
    expect(message).toContain(fault);
    expect(message.replace(/it may hold JSON such as .*?\}\}\};/, '')).not.toMatch(/secret/);
  });
});

it('an operation that there is not is warned of, and ignored', () => {
  const settings = read('{"5": {"a": {"removeHeader": ["X-Key"], "addHeader": {"X-A": "1"}}}}');
  expect(settings.warnings).toEqual([
    'ORIGIN_HTTP_RULES has the operation removeHeader, which is ignored: there is no such operation.',
  ]);
});

it('no value of the rules can be written down by accident', () => {
  const { origin } = read('{"5": {"a": {"addHeader": {"X-Key": "secret"}}}}').of(compositeSettings);
  expect(JSON.stringify(origin)).not.toContain('secret');
});
