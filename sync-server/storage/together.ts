import type { QueryResultRow } from 'pg';

import type { Transaction } from './database.ts';

/**
 * Writes that go to Postgres as one statement: a commit's cost is the number of its statements more than that of its rows. Each is a query
 * of one WITH, so that all see what was there before: what depends on another's rows goes by itself.
 */
export class Together {
  readonly #values: unknown[] = [];
  readonly #queries: string[] = [];

  /** Its place holder. */
  value(value: unknown): string {
    return `$${this.#values.push(value)}`;
  }

  /** `name`: once in a statement. */
  add(name: string, sql: string): void {
    this.#queries.push(`${name} AS (${sql})`);
  }

  /** `answer`: a SELECT from what some of them return. */
  async run<Row extends QueryResultRow>(tx: Transaction, answer = 'SELECT WHERE false'): Promise<Row[]> {
    if (this.#queries.length === 0) return [];
    return tx.rows<Row>(`WITH ${this.#queries.join(',\n')}\n${answer}`, this.#values);
  }
}
