import type { Answered, Content, OpenApi, Operation, Parameter } from './openapi.ts';
import { shapeText } from './shape-text.ts';

/** The description as a page: whole as it comes, without scripts. */
export function docsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const groups = api.tags.map(({ name }) => {
    const of = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section><h2 id="${slug(name)}">${text(name)}</h2>${of.map(operationHtml).join('')}</section>`;
  });
  const codes = Object.entries(api['x-error-codes']).map(
    ([code, { status, about }]) =>
      `<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${prose(about)}</td></tr>`,
  );
  const shapes = Object.entries(api.components.schemas).map(
    ([name, schema]) => `<h3 id="shape-${name}">${name}</h3><pre>${text(shapeText(schema))}</pre>`,
  );
  const sockets = Object.entries(api['x-sockets']).map(([path, socket]) => {
    const { summary, takes, sends } = socket as { summary: string; takes?: object; sends?: object };
    const frames = [['It takes', takes] as const, ['It sends', sends] as const].map(([title, schema]) =>
      schema ? `<h4>${title}</h4><pre>${text(shapeText({ ...schema }))}</pre>` : '',
    );
    return `<details><summary><b>WS</b> <code>${text(path)}</code> ${prose(summary)}</summary>${frames.join('')}</details>`;
  });
  const links = [...api.tags.map(({ name }) => name), 'WebSockets', 'Error codes', 'Shapes'];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Trialogue: the API</title><link rel="stylesheet" href="/api/docs/page.css"></head>
<body>
<header><h1>Trialogue: the API</h1><p>Version ${text(api.info.version)}, as <a href="/api/docs/openapi.json">OpenAPI 3.1</a></p></header>
<nav aria-label="Sections"><ul>${links.map((name) => `<li><a href="#${slug(name)}">${text(name)}</a></li>`).join('')}</ul></nav>
<main>
${api.info.description
  .split('\n\n')
  .map((part) => `<p>${prose(part)}</p>`)
  .join('')}
${groups.join('\n')}
<section><h2 id="websockets">WebSockets</h2>${sockets.join('')}</section>
<section><h2 id="error-codes">Error codes</h2><table><thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead><tbody>${codes.join('')}</tbody></table></section>
<section><h2 id="shapes">Shapes</h2>${shapes.join('')}</section>
</main>
</body>
</html>
`;
}

function operationHtml({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  return `<details id="${operationId}"><summary><b>${method}</b> <code>${text(path)}</code> ${prose(summary)}</summary>
${description === '' ? '' : `<p>${prose(description)}</p>`}<p>By: ${operation['x-roles'].join(', ')}</p>
${parametersHtml(parameters)}${requestBody ? `<h4>Body</h4>${contentHtml(requestBody.content)}` : ''}
<h4>Answers</h4><dl>${Object.entries(responses).map(answerHtml).join('')}</dl></details>`;
}

function parametersHtml(parameters: Parameter[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: where, required, schema }) =>
      `<tr><td><code>${text(name)}</code></td><td>${where}${required ? '' : ', optional'}</td><td><code>${text(shapeText(schema))}</code></td></tr>`,
  );
  return `<table><thead><tr><th>Name</th><th>In</th><th>Value</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function answerHtml([status, { description, content }]: [string, Answered]): string {
  const isError = Number(status) >= 400;
  return `<dt>${status}</dt><dd>${prose(description)}${content && !isError ? contentHtml(content) : ''}</dd>`;
}

function contentHtml(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema, example }]) => {
      const shape = schema ? `<pre>${text(shapeText(schema))}</pre>` : '';
      const sample = example === undefined ? '' : `<p>For example:</p><pre>${text(JSON.stringify(example, null, 2))}</pre>`;
      return `<p><code>${text(type)}</code></p>${shape}${sample}`;
    })
    .join('');
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
}

/** Text with `code` in it. */
function prose(markdown: string): string {
  return text(markdown).replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function text(value: string): string {
  return value.replaceAll(/[&<>"]/g, (sign) => SIGNS[sign]!);
}
