import type { DocumentRequest } from '../../../src/apps/render/documents/document-request.ts';

/** A request for one sheet, with what a test is about in place of these texts. */
export function sheetRequest(given: Partial<DocumentRequest>): DocumentRequest {
  return {
    resourceSlug: 'a-resource',
    resourceName: 'Ngā kāri',
    resourceView: 'grid',
    url: 'https://example.org/resources/?paper=a4',
    headerText: 'Kōwhai school, room 5',
    paperSize: 'a4',
    copies: 1,
    options: {},
    seed: 7,
    ...given,
  };
}
