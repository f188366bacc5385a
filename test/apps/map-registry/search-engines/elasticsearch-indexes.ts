import type { Source } from './elasticsearch-queries.ts';

/** An error as Elasticsearch writes it. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, reason: string) {
    super(reason);
    this.status = status;
    this.type = type;
  }
}

/** Where an action of a bulk goes, and by which version. */
export interface ActionTarget {
  readonly _index: string;
  readonly _id: string;
  readonly version?: number;
  readonly version_type?: 'internal' | 'external' | 'external_gte';
  readonly require_alias?: boolean;
}

/** What became of an action. */
export interface ActionResult {
  readonly _id: string;
  readonly _version: number;
  readonly result: 'created' | 'updated' | 'deleted' | 'not_found';
  readonly status: number;
}

/** The body of the request that creates an index, as far as it counts here. */
export interface IndexBody {
  readonly settings?: { readonly index?: { readonly gc_deletes?: string } };
  readonly aliases?: Readonly<Record<string, object>>;
  readonly mappings?: { readonly dynamic?: boolean };
}

/** How long the version of a deleted document is known where an index has no setting of its own. */
const DEFAULT_GC_DELETES = '60s';

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** An index: documents with their versions, and for a while the versions of deleted ones. */
class Index {
  readonly aliases: ReadonlySet<string>;
  readonly documents = new Map<string, Source>();
  readonly #versions = new Map<string, number>();
  readonly #deletions = new Map<string, number>();
  readonly #gcDeletesSeconds: number;
  readonly #nowSeconds: () => number;

  constructor({ settings, aliases = {} }: IndexBody, nowSeconds: () => number) {
    this.aliases = new Set(Object.keys(aliases));
    this.#gcDeletesSeconds = secondsOf(settings?.index?.gc_deletes ?? DEFAULT_GC_DELETES);
    this.#nowSeconds = nowSeconds;
  }

  /** @throws {WireError} 409 */
  store(target: ActionTarget, source: Source): ActionResult {
    const { _id } = target;
    const _version = this.#nextVersion(target);
    const isNew = !this.documents.has(_id);
    this.documents.set(_id, source);
    this.#versions.set(_id, _version);
    this.#deletions.delete(_id);
    return { _id, _version, result: isNew ? 'created' : 'updated', status: isNew ? 201 : 200 };
  }

  /** @throws {WireError} 409 */
  remove(target: ActionTarget): ActionResult {
    const { _id } = target;
    const _version = this.#nextVersion(target);
    const wasThere = this.documents.delete(_id);
    this.#versions.set(_id, _version);
    this.#deletions.set(_id, this.#nowSeconds());
    return { _id, _version, result: wasThere ? 'deleted' : 'not_found', status: wasThere ? 200 : 404 };
  }

  #nextVersion({ _id, version, version_type = 'internal' }: ActionTarget): number {
    const current = this.#currentVersion(_id);
    if (version_type === 'internal') return (current ?? 0) + 1;
    if (version === undefined) throw new WireError(400, 'action_request_validation_exception', 'no version');
    if (current === undefined || current < version) return version;
    if (current === version && version_type === 'external_gte') return version;
    const reason = `[${_id}]: version conflict, current version [${current}] is higher than the one provided [${version}]`;
    throw new WireError(409, 'version_conflict_engine_exception', reason);
  }

  #currentVersion(id: string): number | undefined {
    const deleted = this.#deletions.get(id);
    if (deleted !== undefined && this.#nowSeconds() - deleted > this.#gcDeletesSeconds) {
      this.#deletions.delete(id);
      this.#versions.delete(id);
    }
    return this.#versions.get(id);
  }
}

/** The indexes of a stand-in for Elasticsearch, with their aliases. */
export class Indexes {
  readonly #indexes = new Map<string, Index>();
  readonly #nowSeconds: () => number;

  constructor(nowSeconds: () => number) {
    this.#nowSeconds = nowSeconds;
  }

  /** The names of all. */
  get names(): readonly string[] {
    return [...this.#indexes.keys()];
  }

  /** Returns the index of a name or an alias; `undefined` where there is none. */
  find(name: string): Index | undefined {
    return this.#indexes.get(name) ?? [...this.#indexes.values()].find(({ aliases }) => aliases.has(name));
  }

  /** @throws {WireError} 404 */
  get(name: string): Index {
    const index = this.find(name);
    if (!index) throw new WireError(404, 'index_not_found_exception', `no such index [${name}]`);
    return index;
  }

  /** @throws {WireError} 400 */
  create(name: string, body: IndexBody): void {
    if (this.#indexes.has(name)) throw new WireError(400, 'resource_already_exists_exception', name);
    for (const alias of Object.keys(body.aliases ?? {})) {
      if (this.#indexes.has(alias)) throw new WireError(400, 'invalid_alias_name_exception', alias);
    }
    this.#indexes.set(name, new Index(body, this.#nowSeconds));
  }

  /** @throws {WireError} 404 for what is no index; aliases cannot be deleted so. */
  delete(name: string): void {
    if (!this.#indexes.delete(name)) {
      throw new WireError(404, 'index_not_found_exception', `no such index [${name}]`);
    }
  }

  /** Returns the index that an action of a bulk goes to; one that is not there is made. @throws {WireError} 404 */
  target(kind: string, { _index: name, version_type, require_alias }: ActionTarget): Index {
    if (require_alias === true && (this.#indexes.has(name) || !this.find(name))) {
      const reason = `no such index [${name}] and [require_alias] request flag is [true] and [${name}] is not an alias`;
      throw new WireError(404, 'index_not_found_exception', reason);
    }
    const makesIndex = kind === 'index' || version_type?.startsWith('external') === true;
    if (!this.find(name) && makesIndex) this.create(name, {});
    return this.get(name);
  }
}

function secondsOf(text: string): number {
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  return Number(count) * (SECONDS_OF_UNIT[unit] ?? Number.NaN);
}
