import type { AppContext } from '../../../app-kit/app-context.ts';
import { COLOUR_MODES } from '../documents/document-request.ts';
import { GENERATORS } from '../generators/index.ts';
import { LANGUAGE_TAGS } from '../generators/messages/languages.ts';
import type { OptionValue } from '../generators/options.ts';
import { PAPER_SIZES } from '../generators/paper.ts';
import { ensureQueueId } from '../pull-queues/queues.ts';
import { inWords, languageInWords, valueInWords } from '../resources/words.ts';
import { renderSettings } from '../settings.ts';
import type { OptionChoice, OrderForm } from './shapes.ts';

/** Reads what the form of an order is made from. A queue that is rendered exists from then on. */
export async function readOrderForm({ platform }: AppContext): Promise<OrderForm> {
  const { queues, maximumCopies } = platform.settingsOf(renderSettings).rendering;
  return {
    queues: await Promise.all(
      queues.map(async (name) => ({
        id: await ensureQueueId(platform.database, name),
        name: `${name.project}/${name.queue}`,
      })),
    ),
    worksheets: GENERATORS.map(({ view, options }) => ({
      view,
      title: inWords(view),
      options: Object.entries(options).map(([name, values]) => ({
        name,
        label: inWords(name),
        choices: values.map(asChoice),
      })),
    })),
    paperSizes: PAPER_SIZES.map(asChoice),
    languages: LANGUAGE_TAGS.map((tag) => ({ value: tag, label: languageInWords(tag) })),
    colourModes: COLOUR_MODES.map(asChoice),
    mostCopies: maximumCopies,
  };
}

function asChoice(value: OptionValue): OptionChoice {
  return { value, label: valueInWords(value) };
}
