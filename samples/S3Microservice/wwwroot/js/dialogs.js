import { linkTo } from './http.js';
import { dayAndExactTime, relative } from './format.js';

const at = (id) => document.getElementById(id);

/** Resolves to true only when the question was answered with the button that says so. */
export function confirm(title, text, yes) {
  at('ask-title').textContent = title;
  at('ask-text').textContent = text;
  at('ask-yes').textContent = yes;
  return new Promise((resolve) => {
    const dialog = at('ask');
    at('ask-no').onclick = () => dialog.close('no');
    at('ask-yes').onclick = () => dialog.close('yes');
    dialog.onclose = () => resolve(dialog.returnValue === 'yes');
    dialog.returnValue = '';
    dialog.showModal();
  });
}

export function share(key, onProblem) {
  const dialog = at('share');
  at('share-name').textContent = key;
  at('share-made').hidden = true;
  at('share-until').textContent = '';
  at('share-close').onclick = () => dialog.close();
  at('share-copy').onclick = copy;
  at('share-make').onclick = async () => {
    try {
      showLink(await linkTo(key, at('share-minutes').value));
    } catch (failure) {
      dialog.close();
      onProblem(failure);
    }
  };
  // A link is as good as a password: it goes with the dialog.
  dialog.onclose = () => showLink(null);
  dialog.showModal();
}

function showLink(link) {
  at('share-made').hidden = !link;
  at('share-url').value = link?.url ?? '';
  at('share-open').removeAttribute('href');
  at('share-until').textContent = '';
  if (!link) return;
  const until = new Date(link.expiration);
  at('share-open').href = link.url;
  at('share-until').textContent = `Works until ${dayAndExactTime(until)}, ${relative(until - Date.now())}.`
    + (link.isCapped ? ' That is sooner than asked for: a link ends with the session that signed it.' : '');
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
