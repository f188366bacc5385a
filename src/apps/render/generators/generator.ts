import type { JsonValue } from '../../../platform/json-value.ts';
import type { Catalogue } from './messages/catalogue.ts';
import { areOptionsOf, faultsOfOptions, type OptionsOf, type OptionsSchema } from './options.ts';
import type { Page } from './page.ts';
import type { Paper } from './paper.ts';
import type { SeededRandom } from './random.ts';

/** What a generator draws one copy from. */
export interface Sheet<Options> {
  readonly options: Options;
  readonly paper: Paper;
  /** The only source of chance: the same seed gives the same pages. */
  readonly random: SeededRandom;
  /** Every text on the pages comes from here. */
  readonly messages: Catalogue;
}

/** A kind of worksheet, as its file declares it. */
export interface GeneratorDeclaration<Schema extends OptionsSchema> {
  /** The `resource_view` of requests. */
  readonly view: string;
  readonly options: Schema;
  /** What the name of a file has in brackets. It is part of the protocol, and so in English always. */
  readonly subtitle: (options: OptionsOf<Schema>, paper: Paper) => string;
  /** Whether copies differ, as they have random numbers. */
  readonly isRandom?: (options: OptionsOf<Schema>) => boolean;
  /** Draws one copy. */
  readonly pages: (sheet: Sheet<OptionsOf<Schema>>) => readonly Page[];
}

/** A kind of worksheet. */
export interface Generator {
  readonly view: string;
  readonly options: OptionsSchema;
  /** Checks options; returns the worksheet, or a sentence for each fault. */
  readonly order: (options: Readonly<Record<string, JsonValue>>, paper: Paper) => Order | readonly string[];
}

/** A worksheet with its options. */
export interface Order {
  readonly subtitle: string;
  readonly isRandom: boolean;
  readonly pages: (random: SeededRandom, messages: Catalogue) => readonly Page[];
}

/** Declares a kind of worksheet. */
export function defineGenerator<const Schema extends OptionsSchema>(
  declaration: GeneratorDeclaration<Schema>,
): Generator {
  const { view, options: schema, subtitle, isRandom = () => false, pages } = declaration;
  return {
    view,
    options: schema,
    order: (given, paper) => {
      if (!areOptionsOf(schema, given)) return faultsOfOptions(schema, given);
      const options: OptionsOf<Schema> = given;
      return {
        subtitle: subtitle(options, paper),
        isRandom: isRandom(options),
        pages: (random, messages) => pages({ options, paper, random, messages }),
      };
    },
  };
}
