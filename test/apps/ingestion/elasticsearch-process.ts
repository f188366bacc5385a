import { startElasticsearchStandIn } from '../../../src/apps/ingestion/sandbox/elasticsearch/elasticsearch-stand-in.ts';
import { PostgresSearchEngine } from '../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { openDatabase } from '../../../src/platform/database/connection.ts';

/** The stand-in for Elasticsearch as a process of its own, which can be killed. Its arguments: the URL of its database, and its port. */
const [databaseUrl = '', port = '0'] = process.argv.slice(2);
const database = openDatabase(databaseUrl, { applicationName: 'elasticsearch', maximumConnections: 8 });
const standIn = await startElasticsearchStandIn({
  engine: new PostgresSearchEngine(database),
  port: Number(port),
});
process.stdout.write(`${JSON.stringify({ msg: 'listening', port: standIn.port })}\n`);
