import { storableText } from '../../../platform/database/storable-text.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { PageImage } from '../rasterizers/rasterizer.ts';

/** Warnings of a member that are kept and logged; of the others it is known that there are some. */
const MAXIMUM_WARNINGS = 20;

/** What is not on the pages of a member as it should be, in the order of the pages. */
export class PageWarnings {
  readonly #logger: Logger;
  #warnings: { readonly pageNumber: number; readonly text: string }[] = [];
  #count = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Passes pages on, and notes and logs their warnings. */
  async *noteThose<Page extends Pick<PageImage, 'pageNumber' | 'warnings'>>(
    pages: AsyncIterable<Page>,
  ): AsyncGenerator<Page, void, undefined> {
    for await (const page of pages) {
      for (const text of page.warnings) this.#note(page.pageNumber, text);
      yield page;
    }
  }

  /** What is stored with the member. */
  get texts(): readonly string[] {
    const others = this.#count - this.#warnings.length;
    return [
      ...this.#warnings.map(({ text }) => storableText(text)),
      ...(others > 0 ? [`There are ${others} more warnings about later pages.`] : []),
    ];
  }

  #note(pageNumber: number, text: string): void {
    this.#count += 1;
    if (this.#count <= MAXIMUM_WARNINGS) this.#logger.warn({ pageNumber }, text);
    // Pages come in any order; those of the first pages are kept.
    this.#warnings = [...this.#warnings, { pageNumber, text }]
      .sort((a, b) => a.pageNumber - b.pageNumber)
      .slice(0, MAXIMUM_WARNINGS);
  }
}
