import { expect, it } from '@jest/globals';
import { chooseDemo, demosOf } from '../../../src/standalone/demo/choose-demo.ts';
import { demoCommandLine } from '../../../src/standalone/demo/demo-command.ts';
import { emptyDemo, madeUpApp } from '../made-up-apps.ts';

const APPS = [
  madeUpApp('composite', { demo: emptyDemo }),
  madeUpApp('ingestion'),
  madeUpApp('render', { demo: { ...emptyDemo, summary: 'draws a map' } }),
];

it('is the demo of the first app where the first argument names no app', () => {
  expect(chooseDemo(APPS, [])).toMatchObject({ app: { name: 'composite' }, args: [] });
  expect(chooseDemo(APPS, ['my.pdf', '--space', '2'])).toMatchObject({
    app: { name: 'composite' },
    args: ['my.pdf', '--space', '2'],
  });
});

it('is the demo of the app that the first argument names, with the arguments behind it', () => {
  expect(chooseDemo(APPS, ['render', '--help'])).toMatchObject({ app: { name: 'render' }, args: ['--help'] });
});

it('names the apps that have a demo where the named one has none', () => {
  expect(() => chooseDemo(APPS, ['ingestion'])).toThrow(
    'The app ingestion has no demo; these have one: composite, render',
  );
  expect(() => chooseDemo([], [])).toThrow('No installed app has a demo');
});

it('lists the demos of all apps in the help of each', () => {
  const demos = demosOf(APPS);
  let help = '';
  demoCommandLine(chooseDemo(APPS, ['render']), demos)
    .configureOutput({ writeOut: (text) => (help += text) })
    .outputHelp();
  expect(help).toContain('Usage: npm run demo -- render [options]');
  expect(help).toMatch(/npm run demo +Composite: shows/);
  expect(help).toMatch(/npm run demo -- render +Render: draws a map/);
});
