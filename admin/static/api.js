// Calls of the API with this page's session.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? '';

/** The answer's JSON; throws where there is none or the status says no. */
export async function call(path, { method = 'GET', body } = {}) {
  const headers = { Accept: 'application/json', 'X-CSRFToken': token };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, {
    method, headers, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}
