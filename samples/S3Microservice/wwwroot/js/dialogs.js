import { linkTo } from './http.js';
import { dayAndExactTime, relative } from './format.js';

const at = (id) => document.getElementById(id);

let question = Promise.resolve();
let link = new AbortController();

/** Resolves to true only when the question was answered with the button that says so. One question after the other: there is one dialog. */
export const confirm = (title, text, yes) => question = question.then(() => put(title, text, yes));

function put(title, text, yes) {
  at('ask-title').textContent = title;
  at('ask-text').textContent = text;
  at('ask-yes').textContent = yes;
  return new Promise((resolve) => {
    const dialog = at('ask');
    at('ask-no').onclick = () => dialog.close('no');
    // The second half of a double click was meant for the question before.
    at('ask-yes').onclick = (click) => click.detail < 2 && dialog.close('yes');
    dialog.onclose = () => resolve(dialog.returnValue === 'yes');
    dialog.returnValue = '';
    dialog.showModal();
  });
}

export function share(key, onProblem) {
  const dialog = at('share');
  link.abort();
  at('share-name').textContent = key;
  at('share-made').hidden = true;
  at('share-until').textContent = '';
  at('share-close').onclick = () => dialog.close();
  at('share-copy').onclick = copy;
  at('share-make').onclick = async () => {
    // Only the newest answer counts, and none that comes after the dialog has gone.
    link.abort();
    const own = link = new AbortController();
    try {
      const made = await linkTo(key, at('share-minutes').value, own.signal);
      if (!own.signal.aborted) showLink(made);
    } catch (failure) {
      if (own.signal.aborted) return;
      dialog.close();
      onProblem(failure);
    }
  };
  // A link is as good as a password: it goes with the dialog.
  dialog.onclose = () => {
    link.abort();
    showLink(null);
  };
  dialog.showModal();
}

function showLink(made) {
  at('share-made').hidden = !made;
  at('share-url').value = made?.url ?? '';
  at('share-open').removeAttribute('href');
  at('share-until').textContent = '';
  if (!made) return;
  const until = new Date(made.expiration);
  at('share-open').href = made.url;
  at('share-until').textContent = `Works until ${dayAndExactTime(until)}, ${relative(until - Date.now())}.`
    + (made.isCapped ? ' That is sooner than asked for: a link ends with the session that signed it.' : '');
  at('share-url').focus();
  at('share-url').select();
}

async function copy() {
  at('share-url').select();
  try {
    await navigator.clipboard.writeText(at('share-url').value);
  } catch {
    // There is no clipboard API on plain http.
    document.execCommand('copy');
  }
  at('share-copy').textContent = 'Copied';
  at('share').addEventListener('close', () => at('share-copy').textContent = 'Copy', { once: true });
}
