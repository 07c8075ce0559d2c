/** A failure as the service describes it: title, detail and, where credentials are the cause, errorId and remedy. */
export class Problem extends Error {
  constructor({ title, detail, errorId, remedy, status }) {
    super(title);
    Object.assign(this, { title, detail, errorId, remedy, status });
  }

  static of(status, text) {
    try {
      return new Problem({ status, ...JSON.parse(text) });
    } catch {
      return new Problem({ status, title: `The service answered ${status}`, detail: text.slice(0, 500) });
    }
  }

  static unreachable() {
    return new Problem({ status: 0, title: 'The service does not answer', remedy: 'Check that it runs and that this browser reaches it.' });
  }
}

export async function ask(path, options) {
  let response;
  let text;
  try {
    response = await fetch(path, options);
    text = await response.text();
  } catch (failure) {
    throw failure.name === 'AbortError' ? failure : Problem.unreachable();
  }
  if (!response.ok) throw Problem.of(response.status, text);
  return text ? JSON.parse(text) : null;
}

export const list = (query, signal) => ask('/objects?' + new URLSearchParams(query), { signal });

/** The slashes are encoded too: browsers tidy a path, and the key "a/../b" would become another one. */
export const pathOf = (key) => '/objects/' + encodeURIComponent(key);

export const remove = (key) => ask(pathOf(key), { method: 'DELETE' });

export const linkTo = (key, minutes, signal) => ask(`/links/${encodeURIComponent(key)}?minutes=${minutes}`, { method: 'POST', signal });

/** What the STS of LocalAws shall do from now on. */
export const simulate = (behavior) => ask(`/local-aws/sts/${behavior}`, { method: 'POST' });

/** Null where there is none. S3 lists in the order of keys, so a key comes before all that it begins. */
export const find = async (key) => (await list({ prefix: key, size: 1 })).objects.find((object) => object.key === key) ?? null;
