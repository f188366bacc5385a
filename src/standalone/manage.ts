import { styleText } from 'node:util';
import { shownPath } from '../app-kit/sandbox/shown-path.ts';
import { loadEnvironmentFile } from '../platform/settings/process-settings.ts';
import { dataFolder, STANDALONE_SCRIPT_NAME } from './data-folder.ts';
import { readState } from './running-state.ts';
import { settingOf } from './standalone-environment.ts';
import { lockHolder } from './start-lock.ts';

// `npm run manage -- <command>`: the management commands, with the settings of what `npm start` runs.

loadEnvironmentFile();
const folder = dataFolder(process.env);
const holder = await lockHolder(folder.lockFile, STANDALONE_SCRIPT_NAME);
const state = holder === undefined ? undefined : await readState(folder);
if (state) Object.assign(process.env, state.environment);
const words = process.argv.slice(2);
const needsSettings = words.length > 0 && !words.some((word) => ['help', '-h', '--help'].includes(word));
if (!state && needsSettings && settingOf(process.env, 'DATABASE_URL') === undefined) {
  console.error(
    `  ${styleText('red', 'This did not work.')} Nothing runs on ${shownPath(folder.path)}. Start it first: npm start`,
  );
  process.exit(1);
}
await import('../manage.ts');
