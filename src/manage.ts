import { Command } from 'commander';
import { CommandError } from './app-kit/app-command.ts';
import { COMMAND_NAMES } from './command-names.ts';
import type { CreateSuperuserOptions } from './management/create-superuser.ts';
import type { WatchOptions } from './management/queue-live-view.ts';
import { runEntryPoint } from './platform/entry-point.ts';
import { PRODUCT_NAME } from './platform/product.ts';

// The management commands, under the names that operators of a Django service know. Each loads its code when it is
// called: entrypoint.sh runs several of them before a container does its work.
const program = new Command('manage')
  .description(`Management commands of ${PRODUCT_NAME}.`)
  .showSuggestionAfterError()
  .showHelpAfterError('(--help tells what there is)');

program
  .command('wait')
  .description('wait until Postgres answers')
  .action(async () => {
    const { withDatabase } = await import('./management/command-context.ts');
    await withDatabase('wait', async () => undefined);
  });

program
  .command('migrate')
  .description('bring the database up to date; "zero" takes everything back, with all data')
  .argument('[target]', '"zero", or nothing for the newest state')
  .option('--no-input', 'accepted and without effect: it never asks')
  .action(async (target?: string) => {
    const { withDatabase } = await import('./management/command-context.ts');
    const { migrateCommand } = await import('./management/migrate.ts');
    await withDatabase('migrate', (context) => migrateCommand(context, target));
  });

program
  .command('createcachetable')
  .description('create the table that CACHE_URL names')
  .option('--no-input', 'accepted and without effect: it never asks')
  .action(async () => {
    const { withDatabase } = await import('./management/command-context.ts');
    const { createCacheTableCommand } = await import('./management/create-cache-table.ts');
    await withDatabase('createcachetable', createCacheTableCommand);
  });

program
  .command('createsuperuser')
  .description('create an administrator')
  .option('--no-input', 'ask nothing: take DJANGO_SUPERUSER_USERNAME, _EMAIL and _PASSWORD')
  .option('--username <name>', 'instead of DJANGO_SUPERUSER_USERNAME')
  .option('--email <address>', 'instead of DJANGO_SUPERUSER_EMAIL')
  .action(async (options: CreateSuperuserOptions) => {
    const { withDatabase } = await import('./management/command-context.ts');
    const { createSuperuserCommand } = await import('./management/create-superuser.ts');
    await withDatabase('createsuperuser', (context) => createSuperuserCommand(context, options));
  });

program
  .command('unlock')
  .description('let an administrator log in again after too many failed logins')
  .argument('<username>')
  .action(async (username: string) => {
    const { withDatabase } = await import('./management/command-context.ts');
    const { unlockCommand } = await import('./management/unlock.ts');
    await withDatabase('unlock', (context) => unlockCommand(context, username));
  });

program
  .command('changepassword')
  .description('give an administrator another password, in a terminal, and end their sessions')
  .argument('<username>')
  .action(async (username: string) => {
    const { withDatabase } = await import('./management/command-context.ts');
    const { changePasswordCommand } = await import('./management/change-password.ts');
    await withDatabase('changepassword', (context) => changePasswordCommand(context, username));
  });

program
  .command('qcluster')
  .description('run one engine, as dist/engine.js does')
  .option('-n, --name <queue>', 'the queue that it serves, instead of Q_CLUSTER_NAME')
  .action(async ({ name }: { readonly name?: string }) => {
    const { loadInstallation } = await import('./installation.ts');
    const { runInstalledEngine } = await import('./engine-of-apps.ts');
    await runInstalledEngine(loadInstallation(), name);
  });

program
  .command('qmonitor')
  .description('watch the engines and the queues')
  .option('--once', 'print once, and end')
  .option('--json', 'print once, as JSON')
  .action(async (options: WatchOptions) => {
    const { monitorCommand } = await import('./management/queue-commands.ts');
    await monitorCommand(options);
  });

program
  .command('qinfo')
  .description('watch a summary of the queues')
  .option('--once', 'print once, and end')
  .option('--json', 'print once, as JSON')
  .action(async (options: WatchOptions) => {
    const { infoCommand } = await import('./management/queue-commands.ts');
    await infoCommand(options);
  });

program
  .command('qmemory')
  .description('watch the memory of the engines')
  .option('--once', 'print once, and end')
  .option('--json', 'print once, as JSON')
  .action(async (options: WatchOptions) => {
    const { memoryCommand } = await import('./management/queue-commands.ts');
    await memoryCommand(options);
  });

await runEntryPoint(async () => {
  try {
    if (!COMMAND_NAMES.some((name) => name === process.argv[2])) {
      const { addAppCommands } = await import('./management/app-commands.ts');
      addAppCommands(program);
    }
    // Django writes it as one word.
    await program.parseAsync(process.argv.map((word) => (word === '--noinput' ? '--no-input' : word)));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
});
