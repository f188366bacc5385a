import type { AppCommand } from '../../../app-kit/app-command.ts';
import { STAGES, type Stage } from '../stages/stage.ts';

const DESCRIPTIONS: Readonly<Record<Stage, string>> = {
  preprocess: 'Push a package, to be preprocessed and registered.',
  register: 'Push the prefix of a product, to be registered.',
  seed: 'Push an interval of time (begin/end), to be seeded.',
};

/** The commands that push an item: one for each stage, with its name. */
export const pushCommands: readonly AppCommand[] = STAGES.map((stage) => ({
  name: stage,
  description: DESCRIPTIONS[stage],
  declare(command) {
    command
      .argument('<path>', stage === 'seed' ? 'an interval: 2018-06-01/2018-07-01' : 'a path in the storage')
      .option('--collection <id>', 'the collection (default: the one that the path is in)')
      .option('--urgent', 'go before everything that waits')
      .option('--wait', 'wait until the item has ended, and show its progress');
  },
  async run(context, { args: [path = ''], options }) {
    const { runPush } = await import('./run-push.ts');
    await runPush(context, {
      stage,
      path,
      collection: typeof options['collection'] === 'string' ? options['collection'] : undefined,
      isUrgent: options['urgent'] === true,
      waits: options['wait'] === true,
    });
  },
}));
