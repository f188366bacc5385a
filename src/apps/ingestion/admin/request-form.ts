import { randomUUID } from 'node:crypto';
import type { Database } from '../../../platform/database/connection.ts';
import { MODELS } from '../models/index.ts';
import type { RequestForm } from './shapes.ts';

/** Suggestions of each kind that the form offers for a model. */
const MOST_SUGGESTED = 20;

/** Reads what the form of a request is made from. */
export async function readRequestForm(database: Database): Promise<RequestForm> {
  const models = [...MODELS.keys()];
  const [indexSuffixes, aliases] = await Promise.all([
    Promise.all(models.map((model) => suffixesOf(database, model))),
    Promise.all(models.map((model) => aliasesOf(database, model))),
  ]);
  return { id: randomUUID(), models, indexSuffixes: indexSuffixes.flat(), aliases: aliases.flat() };
}

async function suffixesOf(database: Database, model: string): Promise<RequestForm['indexSuffixes']> {
  const names = await database('ingestion.indexes')
    .where({ model })
    .orderBy([{ column: 'created', order: 'desc' }, { column: 'name' }])
    .limit(MOST_SUGGESTED)
    .pluck<string[]>('name');
  return names.map((name) => ({ model, suffix: name.slice(model.length + 1) }));
}

async function aliasesOf(database: Database, model: string): Promise<RequestForm['aliases']> {
  const used = await database('ingestion.promotions')
    .where({ model })
    .orderBy('created', 'desc')
    .limit(MOST_SUGGESTED)
    .pluck<string[]>('alias');
  return [...new Set(used)].map((alias) => ({ model, alias }));
}
