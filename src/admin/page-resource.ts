import { BaseProperty, type BaseRecord, BaseResource } from 'adminjs';

/**
 * Something that has pages of our own: AdminJS knows its address, its name and its place in the navigation. What the
 * pages show and do they ask of routes of their own, so that there is nothing in it.
 */
export class PageResource extends BaseResource {
  readonly #id: string;

  constructor(id: string) {
    super(id);
    this.#id = id;
  }

  override databaseName(): string {
    return 'composite-handler';
  }

  override databaseType(): string {
    return 'pages';
  }

  override id(): string {
    return this.#id;
  }

  /** AdminJS takes nothing that has none. */
  override properties(): BaseProperty[] {
    return [new BaseProperty({ path: 'id', type: 'string', isId: true })];
  }

  override property(): BaseProperty | null {
    return null;
  }

  override async count(): Promise<number> {
    return 0;
  }

  override async find(): Promise<BaseRecord[]> {
    return [];
  }

  override async findOne(): Promise<BaseRecord | null> {
    return null;
  }

  override async findMany(): Promise<BaseRecord[]> {
    return [];
  }
}
