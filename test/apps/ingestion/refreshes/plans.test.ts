import { describe, expect, it } from '@jest/globals';
import { ACTIONS } from '../../../../src/apps/ingestion/refreshes/actions.ts';
import { PLANS, progressOf } from '../../../../src/apps/ingestion/refreshes/plans.ts';

describe.each(ACTIONS)('the plan of %s', (action) => {
  const plan = PLANS[action];

  it('has steps that are the whole progress together', () => {
    expect(plan.steps.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
  });

  it('goes from 0 to 100, and never back', () => {
    const course = plan.steps.flatMap((_step, position) =>
      [0, 0.5, 1].map((part) => progressOf(plan, position, part)),
    );
    expect(course).toEqual(course.toSorted((one, other) => one - other));
    expect([course.at(0), course.at(-1)]).toEqual([0, 100]);
  });
});

it('takes a part beyond the whole for the whole', () => {
  expect(progressOf(PLANS.UPDATE_INDEX, 0, 7)).toBe(100);
});
