import { readFile, stat } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isNode, LineCounter, parseDocument, type ScalarTag } from 'yaml';
import { errorMessage } from '../../../platform/error-message.ts';
import { type Collection, CollectionsFileError } from './collection.ts';
import { collectionOfForm, type Fault } from './collection-of-form.ts';
import { COLLECTIONS_SCHEMA, type CollectionsForm } from './collections-schema.ts';

const LARGEST_FILE_BYTES = 4 * 1024 ** 2;

/** Faults that are reported together. */
const MOST_FAULTS = 20;

const isCollectionsForm = new Ajv({ allErrors: true, strict: false }).compile<CollectionsForm>(
  COLLECTIONS_SCHEMA,
);

/**
 * Reads the file of collections.
 *
 * @param environment the values of `!env '${NAME}'`.
 * @throws {CollectionsFileError} with all that is wrong, and the lines.
 */
export async function readCollectionsFile(
  file: string,
  environment: NodeJS.ProcessEnv,
): Promise<readonly Collection[]> {
  return parseCollections(await readText(file), { file, environment });
}

/** Reads the text of a file of collections. @throws {CollectionsFileError} */
export function parseCollections(
  text: string,
  { file, environment }: { readonly file: string; readonly environment: NodeJS.ProcessEnv },
): readonly Collection[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    customTags: [environmentTag(environment)],
    prettyErrors: false,
    uniqueKeys: true,
  });
  const problems = [...document.errors, ...document.warnings].map(({ message, pos: [offset] }) => ({
    line: lines.linePos(offset).line,
    message,
  }));
  refuse(file, problems);
  const form = contentOf(document, file);
  if (!isCollectionsForm(form)) {
    const faults = (isCollectionsForm.errors ?? [])
      .filter(({ keyword }) => keyword !== 'anyOf')
      .map(describe);
    return refuse(file, locate(document, lines, faults));
  }
  const faults: Fault[] = [];
  const collections = Object.entries(form.collections).map(([id, each]) =>
    collectionOfForm(id, each, {
      names: Object.keys(form.collections),
      reportFault: (fault) => faults.push(fault),
    }),
  );
  refuse(file, locate(document, lines, faults));
  return collections;
}

/** Aliases of aliases may stand for more than there is memory for; the library refuses many of them. */
function contentOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return refuse(file, [{ line: 1, message: error.message }]);
  }
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST_FILE_BYTES) throw new Error(`it has more than ${LARGEST_FILE_BYTES} bytes`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CollectionsFileError(
      `The file of collections ${file} (VIEW_SERVER_COLLECTIONS) cannot be read: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}

/** The file has no credentials: those of S3 are settings. */
const NAME_OF_SECRET = /SECRET|PASS|TOKEN|CREDENTIAL|ACCESS_KEY|DATABASE_URL|DSN|_PW$/i;

/** `!env '${NAME}'`: a text with the values of variables in it. */
function environmentTag(environment: NodeJS.ProcessEnv): ScalarTag {
  return {
    tag: '!env',
    resolve: (text: string, onError) =>
      text.replace(/\$\{([^}]*)\}/g, (whole, name: string) => {
        if (NAME_OF_SECRET.test(name)) {
          onError(`the variable ${name} is a secret: titles, names and places of files are public`);
          return '';
        }
        const value = environment[name];
        if (value === undefined) onError(`the variable ${name} of ${whole} is not set`);
        return value ?? '';
      }),
  };
}

interface Problem {
  readonly line: number;
  readonly message: string;
}

function refuse(file: string, problems: readonly Problem[]): readonly [] {
  if (problems.length === 0) return [];
  const told = problems.slice(0, MOST_FAULTS).map(({ line, message }) => `line ${line}: ${message}`);
  const rest = problems.length - told.length;
  if (rest > 0) told.push(`and ${rest} more`);
  throw new CollectionsFileError(
    `The file of collections ${file} (VIEW_SERVER_COLLECTIONS) cannot be used: ${told.join('; ')}`,
  );
}

function describe({ instancePath, message = '', params }: ErrorObject): Fault {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const { additionalProperty, allowedValues } = params;
  if (typeof additionalProperty === 'string') {
    return { path: [...path, additionalProperty], message: 'is not known' };
  }
  const allowed = Array.isArray(allowedValues) ? `: ${allowedValues.join(', ')}` : '';
  return { path, message: message + allowed };
}

/** Finds the lines of faults. */
function locate(document: Document, lines: LineCounter, faults: readonly Fault[]): readonly Problem[] {
  return faults.map(({ path, message }) => {
    const name = path.length > 0 ? path.join('.') : 'the file';
    return { line: lineOf(document, lines, path), message: `${name} ${message}` };
  });
}

function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  const offset = isNode(node) ? node.range?.[0] : undefined;
  if (offset !== undefined) return lines.linePos(offset).line;
  return path.length === 0 ? 1 : lineOf(document, lines, path.slice(0, -1));
}
