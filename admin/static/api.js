// Calls of the API with this page's session.

export const token = document.querySelector('meta[name="csrf-token"]')?.content ?? '';

/** The API said no: `status`, and what it said in `problem`. */
export class Refused extends Error {
  constructor(said, status, problem) {
    super(said);
    this.status = status;
    this.problem = problem;
  }
}

/** The answer's JSON; throws where there is none or the status says no. */
export async function call(path, options) {
  return (await ask(path, options)).body;
}

/** The answer's JSON as `body`, with its `etag`. Throws Refused; `keepalive`: even while the page is being left. */
export async function ask(path, { method = 'GET', body, ifMatch, keepalive = false } = {}) {
  const headers = { Accept: 'application/json', 'X-CSRFToken': token };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (ifMatch) headers['If-Match'] = ifMatch;
  const answer = await fetch(path, {
    method, headers, credentials: 'same-origin', keepalive, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(`${method} ${path}: ${answer.status}`, answer.status, said);
  return { body: said, etag: answer.headers.get('ETag') };
}
