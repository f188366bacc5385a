import type { Router } from 'express';
import { createDocs, describeApi } from '../../../platform/http/open-api.ts';
import { readVersion } from '../../../platform/version.ts';
import { openApi } from './open-api/index.ts';

/** Where the page is that describes the API of the registry, as the original has it. */
const DOCS_PATH = '/registry/api/docs';

/** Where its document is. */
const DOCUMENT_PATH = '/registry/api/openapi.json';

const TITLE = 'Map registry';

/** Makes the page that describes the API of the registry alone, and the document behind it. */
export function createDocsRouter(): Router {
  const description = 'Map services: found, harvested, watched, searched.';
  const document = describeApi({ title: TITLE, version: readVersion(), description }, [openApi]);
  return createDocs(document, TITLE, { document: DOCUMENT_PATH, page: DOCS_PATH });
}
