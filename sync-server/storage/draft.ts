import { SYSTEM_CLIENT_ID } from '#shared/documents.ts';
import { encodeUpdate, type DeleteRange, type ValueStruct } from '#shared/update-codec.ts';

import type { LogRow } from './log.ts';

/** Log rows of one batch and document are cut here, well below what a frame to a client may hold. */
const ROW_BYTES = 32 * 1024;

/** What is about to be appended to one document. */
export class Draft {
  readonly documentId: number;
  readonly deletes: DeleteRange[] = [];
  newestSeq = 0;
  #structs: ValueStruct[] = [];
  #rowDeletes: DeleteRange[] = [];
  #bytes = 0;
  #from: number;
  #to: number;
  #rows: LogRow[] = [];

  constructor(documentId: number, n: number) {
    this.documentId = documentId;
    this.#from = n;
    this.#to = n;
  }

  add(structs: ValueStruct[], bytes: number): void {
    if (this.#structs.length > 0 && this.#bytes + bytes > ROW_BYTES) this.#cut();
    this.#structs.push(...structs);
    this.#bytes += bytes;
    this.#to += structs.filter(({ client }) => client === SYSTEM_CLIENT_ID).length;
  }

  /** Must follow an `add`: a row holds at least one of the server's structs. */
  empty(range: DeleteRange): void {
    this.deletes.push(range);
    this.#rowDeletes.push(range);
  }

  rows(): LogRow[] {
    if (this.#structs.length > 0) this.#cut();
    return this.#rows;
  }

  #cut(): void {
    const update = encodeUpdate(this.#structs, this.#rowDeletes);
    this.#rows.push({ documentId: this.documentId, from: this.#from, to: this.#to, update });
    this.#from = this.#to;
    this.#structs = [];
    this.#rowDeletes = [];
    this.#bytes = 0;
  }
}
