import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import express from 'express';
import { listenLocally } from '../../src/app-kit/sandbox/local-server.ts';
import type { Row } from '../report.ts';
import { LARGE_INPUTS, type LargeInput, SMALL_INPUTS } from './memory/inputs.ts';
import type { Growth } from './memory/read-once.ts';

const MEBIBYTE = 1_024 ** 2;
const SCRIPT = fileURLToPath(new URL('memory/read-once.ts', import.meta.url));

/** The part of the address by which the registry knows a server of Esri. */
const ESRI_PATH = '/arcgis/rest/services/a/MapServer';

/** How much a process grows by that reads what servers send to take its memory: each input in a process of its own. */
export async function benchMemory(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const input of Object.values(LARGE_INPUTS)) {
    const { mostBytes, keptBytes, outcome } = await growthOf(input);
    rows.push({
      work: input.title,
      measured: `${mebibytes(mostBytes)} at most, ${mebibytes(keptBytes)} remain: ${outcome.slice(0, 60)}`,
      goal: '< 64 MiB',
    });
  }
  return rows;
}

async function growthOf({ reader, times, atOnce = 1, make }: LargeInput): Promise<Growth> {
  const isPicture = reader === 'map' || reader === 'check';
  const small = await SMALL_INPUTS[isPicture ? 'picture' : 'description']();
  const large = await make();
  const server = await listenLocally(
    express()
      .use('/small', (_request, response) => small(response))
      .use('/large', (_request, response) => large(response)),
  );
  try {
    const addresses = [
      `${server.url}/small`,
      `${server.url}/large${reader.startsWith('ESRI') ? ESRI_PATH : ''}`,
    ];
    const parameters = [reader, String(times), String(atOnce), ...addresses];
    const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...parameters]);
    const growth: Growth = JSON.parse(stdout);
    return growth;
  } finally {
    await server.close();
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE)} MiB`;
}
