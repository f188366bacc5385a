import { changesOf, transactionSql, type VersionedChange } from './records-version.ts';

/** Notes of changes that are read. */
const MOST_NOTES = 500;

/** Layers that a search looks at one by one; it takes less to search anew than for more. */
const MOST_LAYERS = 2_000;

/** What a transaction noted of the records that it changed, as {@link changeNotesSql} returns it. */
export interface ChangeNote {
  readonly change_id: string;
  /** The number that the transaction took in its row of `map_registry.record_changes`. */
  readonly number: string;
  readonly transaction: string;
  /** Null where there were too many. */
  readonly layer_ids: readonly string[] | null;
}

/**
 * Returns the statement that reads the notes of a catalogue since an earlier version, with those of the last transactions of that version. It
 * has no bound values.
 */
export function changeNotesSql(catalogId: string, earlier: string): string {
  const known = [...changesOf(earlier)].map(([id, { number }]) => `(${BigInt(id)}, ${BigInt(number)})`);
  return `SELECT note.change_id, note.number, ${transactionSql('note')} AS transaction, note.layer_ids
    FROM map_registry.record_changes change
    LEFT JOIN (VALUES ${['(NULL::bigint, NULL::bigint)', ...known].join()}) AS known (id, number) ON known.id = change.id
    JOIN map_registry.changed_records note ON note.change_id = change.id AND note.number >= coalesce(known.number, 1)
    WHERE change.catalog_id = ${BigInt(catalogId)} LIMIT ${MOST_NOTES + 1}`;
}

/**
 * Returns the ids of all layers whose records differ between two versions, perhaps with others. `undefined` where they are too many, or
 * where the notes do not have all changes: the last transactions of a row alone are kept.
 */
export function changedLayersBetween(
  earlier: string,
  current: string,
  notes: readonly ChangeNote[],
): ReadonlySet<number> | undefined {
  const [before, now] = [changesOf(earlier), changesOf(current)];
  const notesById = Map.groupBy(notes, ({ change_id }) => change_id);
  const areAllKnown =
    notes.length <= MOST_NOTES &&
    // A database that was restored may lack some.
    [...before.keys()].every((id) => now.has(id)) &&
    [...now].every(([id, change]) => isNoted(before.get(id), change, notesById.get(id) ?? []));
  if (!areAllKnown) return undefined;
  const layerIds = new Set<number>();
  for (const { change_id, number, layer_ids } of notes) {
    if (Number(number) <= (before.get(change_id)?.number ?? 0)) continue;
    if (layer_ids === null) return undefined;
    for (const id of layer_ids) layerIds.add(Number(id));
  }
  return layerIds.size <= MOST_LAYERS ? layerIds : undefined;
}

/** Whether the notes have each transaction after the one that took the row last before, up to the last one now. */
function isNoted(
  before: VersionedChange | undefined,
  now: VersionedChange,
  notes: readonly ChangeNote[],
): boolean {
  if (before?.transaction === now.transaction) return true;
  const transactions = new Map(notes.map(({ number, transaction }) => [Number(number), transaction]));
  if (before && transactions.get(before.number) !== before.transaction) return false;
  const first = (before?.number ?? 0) + 1;
  return (
    now.number >= first &&
    transactions.get(now.number) === now.transaction &&
    Array.from({ length: now.number - first }, (_, index) => first + index).every((number) =>
      transactions.has(number),
    )
  );
}
