import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { runDemo } from './apps/composite/sandbox/demo/run.ts';
import { siblingModule } from './platform/sibling-module.ts';
import { dataFolder } from './standalone/data-folder.ts';

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

const command = new Command('npm run demo --')
  .description(
    'Sends a PDF all the way: its pages become images in S3 and a batch at the DLCS. What is missing on this machine is brought up for as long as it takes; what npm start runs is used.',
  )
  .argument('[PDF]', 'a file, or an http, https or s3 URL; a sample without it')
  .option('--space <number>', 'the space of the DLCS that the images go to', wholeNumber, 1)
  .option('--customer <number>', 'the customer, where DLCS_API_ROOT is set', wholeNumber)
  .option('--authorization <header>', 'its Authorization, where DLCS_API_ROOT is set')
  .parse();
const [pdf] = command.args;
const options = command.opts<{ space: number; customer?: number; authorization?: string }>();

if (existsSync('.env')) loadEnvFile('.env');
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());

try {
  await runDemo({
    folder: dataFolder(process.env),
    environment: process.env,
    standaloneScript: fileURLToPath(siblingModule(import.meta.url, './standalone')),
    pdf,
    space: options.space,
    customer: options.customer,
    authorization: options.authorization,
    output: process.stdout,
    signal: stopping.signal,
  });
} catch (error) {
  process.exitCode = stopping.signal.aborted ? 130 : 1;
  if (!stopping.signal.aborted) {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`  ${styleText('red', 'This did not work.')} ${message.replaceAll('\n', '\n  ')}\n`);
  }
}
// Connections that fetch keeps open for a next request would hold the process.
process.exit();
