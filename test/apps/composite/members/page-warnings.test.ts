import { describe, expect, it } from '@jest/globals';
import { PageWarnings } from '../../../../src/apps/composite/members/page-warnings.ts';
import { captureLog } from '../../../support/captured-log.ts';

describe('warnings about pages', () => {
  it('are kept in the order of the pages, the first twenty of them, and the others are counted', async () => {
    const warnings = new PageWarnings(captureLog().logger);
    for await (const _ of warnings.noteThose(pagesFrom(30)));
    expect(warnings.texts.slice(0, 2)).toEqual(['Page 1: a box', 'Page 2: a box']);
    expect(warnings.texts).toHaveLength(21);
    expect(warnings.texts.at(-1)).toBe('There are 10 more warnings about later pages.');
  });

  it('are logged, but no more of them than are kept', async () => {
    const log = captureLog();
    for await (const _ of new PageWarnings(log.logger).noteThose(pagesFrom(30)));
    expect(log.lines).toHaveLength(20);
  });
});

/** Pages that come last first, as threads may finish them. */
async function* pagesFrom(last: number) {
  for (let pageNumber = last; pageNumber > 0; pageNumber -= 1) {
    yield { pageNumber, warnings: [`Page ${pageNumber}: a box`] };
  }
}
