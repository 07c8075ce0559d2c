import { linkTo } from './http.js';
import { dayAndExactTime, relative, shown } from './format.js';

const at = (id) => document.getElementById(id);

/** STS counts whole seconds, and the answer takes a moment. */
const Tolerance = 60000;

let question = Promise.resolve();
let link = new AbortController();

/**
 * Resolves to "yes" or "all" only when the question was answered with the button that says so, else to "no". One question after the other:
 * there is one dialog. A question that has been answered meanwhile is not put.
 */
export const confirm = (title, text, yes, { all = null, isAnswered = () => false } = {}) =>
  question = question.then(() => isAnswered() ? 'yes' : put(title, text, yes, all));

function put(title, text, yes, all) {
  at('ask-title').textContent = title;
  at('ask-text').textContent = text;
  at('ask-yes').textContent = yes;
  at('ask-all').textContent = all;
  at('ask-all').hidden = !all;
  return new Promise((resolve) => {
    const dialog = at('ask');
    at('ask-no').onclick = () => dialog.close('no');
    // The second half of a double click was meant for the question before.
    at('ask-yes').onclick = (click) => click.detail < 2 && dialog.close('yes');
    at('ask-all').onclick = (click) => click.detail < 2 && dialog.close('all');
    dialog.onclose = () => resolve(['yes', 'all'].includes(dialog.returnValue) ? dialog.returnValue : 'no');
    dialog.returnValue = '';
    dialog.showModal();
  });
}

/** A link ends with the session that signs it, so nothing longer than the role's sessions is offered. */
export function share(key, sessionLength, onProblem) {
  const dialog = at('share');
  link.abort();
  at('share-name').textContent = shown(key);
  const options = [...at('share-minutes').options];
  for (const option of options) option.hidden = option.disabled = option !== options[0] && option.value * 60000 > sessionLength + Tolerance;
  if (at('share-minutes').selectedOptions[0]?.disabled) at('share-minutes').value = options[0].value;
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
