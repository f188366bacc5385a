import { describe, expect, it } from '@jest/globals';
import { LiveDashboard } from '../../../src/admin/dashboard/live-dashboard.ts';
import { captureLog } from '../../support/captured-log.ts';
import { eventually } from '../../support/eventually.ts';

describe('a live dashboard', () => {
  it('reads once for all who watch, and tells each what is new', async () => {
    let reads = 0;
    const live = new LiveDashboard(async () => ({ reads: ++reads }), captureLog().logger);
    const told: string[][] = [[], []];
    const stops = told.map((lines) =>
      live.watch({
        onNews: (json) => lines.push(json),
        onLook: () => undefined,
        onFailure: () => lines.push('failed'),
      }),
    );
    await eventually(() => told.every((lines) => lines.length >= 2));
    for (const stop of stops) stop();
    expect(told[0]?.slice(0, 2)).toEqual(['{"reads":1}', '{"reads":2}']);
    expect(told[1]?.slice(0, 2)).toEqual(['{"reads":1}', '{"reads":2}']);
    expect(live.watcherCount).toBe(0);
  });

  it('answers many at once by one look', async () => {
    let reads = 0;
    const live = new LiveDashboard(async () => ({ reads: ++reads }), captureLog().logger);
    expect(await Promise.all([live.current(), live.current(), live.current()])).toEqual(
      Array(3).fill('{"reads":1}'),
    );
  });

  it('tells who watches that it cannot read, and goes on for who comes then', async () => {
    const log = captureLog();
    let isBroken = true;
    const live = new LiveDashboard(async () => {
      if (isBroken) throw new Error('no database');
      return { fine: true };
    }, log.logger);
    const failed = new Promise<void>((resolve) =>
      live.watch({ onNews: () => undefined, onLook: () => undefined, onFailure: resolve }),
    );
    await failed;
    expect(log.events()).toMatchObject([{ msg: 'the dashboard cannot be read' }]);
    isBroken = false;
    const news = await new Promise<string>((resolve) => {
      const stop = live.watch({
        onNews: (json) => {
          stop();
          resolve(json);
        },
        onLook: () => undefined,
        onFailure: () => resolve('failed'),
      });
    });
    expect(news).toBe('{"fine":true}');
  });
});
