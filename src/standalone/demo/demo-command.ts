import { Command } from 'commander';
import { titleOf } from '../../app-kit/installed-apps.ts';
import { type AppWithDemo, type ChosenDemo, demoCommand } from './choose-demo.ts';

const WHAT_RUNS_IT =
  'What is missing on this machine is started for as long as the demo takes. Where npm start runs, the demo uses that.';

/** The command line of a demo; its help lists the demos of all apps. */
export function demoCommandLine({ app, demo }: ChosenDemo, demos: readonly AppWithDemo[]): Command {
  const command = new Command(usage(app, demos))
    .description(`${demo.description} ${WHAT_RUNS_IT}`)
    .addHelpText('after', `\nDemos:\n${listDemos(demos)}`);
  demo.declare?.(command);
  return command;
}

/** npm needs the dashes before what is typed behind its own command. */
function usage(app: AppWithDemo['app'], demos: readonly AppWithDemo[]): string {
  const typed = demoCommand(app, demos);
  return typed.includes(' -- ') ? typed : `${typed} --`;
}

function listDemos(demos: readonly AppWithDemo[]): string {
  const rows = demos.map(({ app, demo }) => [demoCommand(app, demos), `${titleOf(app)}: ${demo.summary}`]);
  const width = Math.max(...rows.map(([command = '']) => command.length)) + 2;
  return rows.map(([command = '', what = '']) => `  ${command.padEnd(width)}${what}`).join('\n');
}
