import { CopySession } from '../copy/copy-session.ts';
import { readColumns } from '../copy/table-columns.ts';
import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import type { CleaningRule, ModelTable } from '../models/model.ts';
import type { RunStep, StepContext } from '../refreshes/step.ts';
import { type CleanedColumns, cleanTable, findHosts } from './clean-table.ts';
import { probeHosts } from './host-probes.ts';

/**
 * The step `clean`: what the copy has not cleaned is cleaned in the next tables. By default that is nothing, as the rules are
 * part of the copy; what they changed is then not counted, and both counts of the result are `null`.
 */
export const runClean: RunStep = async (context) => {
  const rules = rulesAfterCopy(context.settings.clean);
  if (rules.length === 0) {
    return {
      progress: { rowsDone: 0, rowsTotal: 0 },
      result: { cleanedTags: null, cleanedUrls: null, left: [] },
      message: 'Tags and URLs were cleaned by the copy',
    };
  }
  const { refresh, databases, settings, signal } = context;
  const session = await CopySession.open('api', databases.api, {
    applicationName: `ingestion ${refresh.model} ${refresh.id.replaceAll('-', '')}`,
    statementSeconds: settings.copy.maximumSeconds,
    signal,
  });
  const counts = { rows: 0, tags: 0, urls: 0 };
  const left: string[] = [];
  try {
    for (const table of context.model.tables) {
      const cleaned = await cleanModelTable(context, session, table, rules, counts.rows);
      counts.rows += cleaned.rows;
      counts.tags += cleaned.tags;
      counts.urls += cleaned.urls;
      left.push(...cleaned.refused.map((host) => `${host} may not be probed; its URLs have https:`));
    }
  } finally {
    await session.close();
  }
  return {
    progress: { rowsDone: counts.rows, rowsTotal: counts.rows },
    result: {
      cleanedTags: rules.includes('tags') ? counts.tags : null,
      cleanedUrls: rules.includes('url') ? counts.urls : null,
      left,
    },
    message: `${counts.tags} lists of tags and ${counts.urls} URLs are cleaned`,
  };
};

function rulesAfterCopy({ where, probedHosts }: StepContext['settings']['clean']): readonly CleaningRule[] {
  if (where === 'downstream') return ['tags', 'url'];
  return probedHosts === undefined ? [] : ['url'];
}

async function cleanModelTable(
  { databases, settings, platform, signal, report }: StepContext,
  session: CopySession,
  table: ModelTable,
  rules: readonly CleaningRule[],
  rowsBefore: number,
) {
  const next = { schema: NEXT_SCHEMA, table: table.name };
  const present = new Set((await readColumns(databases.api.pool, next))?.map(({ name }) => name));
  const columnsOf = (rule: CleaningRule) =>
    rules.includes(rule)
      ? Object.keys(table.columns).filter(
          (name) => table.columns[name]?.cleaned === rule && present.has(name),
        )
      : [];
  const columns: CleanedColumns = {
    tags: columnsOf('tags'),
    urls: columnsOf('url'),
    tagRules: settings.clean.tagRules,
  };
  const { probedHosts, probedNetworks } = settings.clean;
  const hosts = probedHosts === undefined ? [] : await findHosts(session, next, columns.urls);
  const { schemes, refused } = await probeHosts(hosts, {
    network: platform.settings.outgoing,
    allowed: probedNetworks,
    probed: probedHosts ?? [],
    signal,
  });
  const counts = await cleanTable(session, next, columns, schemes, (rows) =>
    report({ rowsDone: rowsBefore + rows }),
  );
  return { ...counts, refused };
}
