import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Admission } from '../../../../src/queue/brokers/postgres/admission.ts';
import { eventually } from '../../../support/eventually.ts';
import { BrokersSideBySide } from './brokers-side-by-side.ts';

let brokers: BrokersSideBySide;
beforeEach(async () => {
  brokers = await BrokersSideBySide.open();
  await brokers.openEngine();
});
afterEach(async () => {
  jest.useRealTimers();
  await brokers.close();
});

/** From now on timers end when the test says so; clocks go on. */
function holdTimers(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

it('a package becomes due also if the timer ends early that waits for it', async () => {
  await brokers.enqueue([['soon', { delaySeconds: 0.5 }]]);
  let due = 0;
  const look = async () => {
    due += await admission.bringDue();
  };
  const admission = new Admission(brokers.database, 'composite', () => void look());
  holdTimers();
  await look();
  expect(due).toBe(0);
  await eventually(() => {
    jest.advanceTimersByTime(600);
    return due > 0;
  });
  expect(due).toBe(1);
  admission.stop();
});
