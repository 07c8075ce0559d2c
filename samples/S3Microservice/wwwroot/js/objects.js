import { find, list, pathOf } from './http.js';
import { bytes, dayAndExactTime, dayAndTime, number, shown } from './format.js';

const PageSize = 500;
const at = (id) => document.getElementById(id);
const template = (id) => at(id).content.firstElementChild;

let place = { prefix: '', starts: '' };
let loaded = null;
let bucket = '';
let next = null;
let loading = null;

export const prefix = () => place.prefix;

export const addressOf = (folder) => '#/' + folder.split('/').map(encodeURIComponent).join('/');

export function folderOf(hash) {
  try {
    return hash.startsWith('#/') ? decodeURIComponent(hash.slice(2)) : '';
  } catch {
    return '';
  }
}

export function go(folder, starts = '') {
  place = { prefix: folder, starts };
  at('starts').value = starts;
  renderWhere();
  return load();
}

export function narrow(starts) {
  place = { ...place, starts };
  return load();
}

/** Loads from the start. What is shown stays until the answer is there, but never under the name of another place. */
export async function load() {
  const asked = place;
  try {
    const page = await fetchPage(null);
    if (!page) return;
    keepFocus(() => {
      clear();
      append(page);
    });
    loaded = asked;
  } catch (failure) {
    if (loaded !== asked) {
      clear();
      at('table').hidden = at('empty').hidden = at('more').hidden = true;
      say('Not loaded');
    }
    throw failure;
  }
}

/** Puts an object that has just been stored where S3 lists it; the rest of the list stays as it is. */
export async function show(key) {
  const stored = await find(key);
  if (loaded !== place) return load();
  const searched = place.prefix + place.starts;
  if (!stored || !key.startsWith(searched)) return;
  const slash = key.indexOf('/', searched.length);
  keepFocus(() => slash < 0 ? insert(at('rows'), objectRow(stored)) : insert(at('folders'), folderRow(key.slice(0, slash + 1))));
  renderCount();
}

export async function loadMore() {
  at('more').disabled = true;
  try {
    const page = next && await fetchPage(next);
    if (page) return append(page);
  } finally {
    at('more').disabled = false;
  }
}

export function forget(key) {
  const row = [...at('rows').rows].find((candidate) => candidate.dataset.key === key);
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  row?.remove();
  renderCount();
  (neighbour?.querySelector('[data-action=delete]:not([disabled])') ?? at('objects-title')).focus();
}

/** The keys whose boxes are ticked. */
export const selected = () => [...at('rows').rows].filter((row) => row.querySelector('.select').checked).map((row) => row.dataset.key);

export function select(isSelected) {
  for (const box of at('rows').querySelectorAll('.select:not(:disabled)')) box.checked = isSelected;
  renderSelection();
}

export function renderSelection() {
  const count = selected().length;
  at('selection').hidden = !count;
  at('selection-count').textContent = `${number(count)} selected`;
  const boxes = at('rows').querySelectorAll('.select:not(:disabled)').length;
  at('select-all').checked = count > 0 && count === boxes;
  at('select-all').indeterminate = count > 0 && count < boxes;
}

export function say(text) {
  at('status').textContent = text;
}

/** Null when a later request has taken over. */
async function fetchPage(after) {
  loading?.abort();
  const own = loading = new AbortController();
  at('table').setAttribute('aria-busy', 'true');
  const query = { prefix: place.prefix + place.starts, delimiter: '/', size: PageSize };
  try {
    const page = await list(after ? { ...query, next: after } : query, own.signal);
    return own === loading ? page : null;
  } catch (failure) {
    if (failure.name === 'AbortError') return null;
    throw failure;
  } finally {
    if (own === loading) at('table').setAttribute('aria-busy', 'false');
  }
}

function clear() {
  at('folders').replaceChildren();
  at('rows').replaceChildren();
  next = null;
}

/** What lies beyond the rows that are shown comes with "Load more". */
function insert(body, row) {
  const { key } = row.dataset;
  const isShown = !next || [at('folders'), at('rows')].some(({ rows }) => rows.length && isBefore(key, rows[rows.length - 1].dataset.key));
  const following = [...body.rows].find((other) => !isBefore(other.dataset.key, key)) ?? null;
  if (following?.dataset.key === key) following.replaceWith(row);
  else if (isShown) body.insertBefore(row, following);
}

/** The order of S3, which is that of code points; JavaScript's own is another one for what lies beyond 16 bits. */
function isBefore(one, other) {
  const [a, b] = [[...one], [...other]];
  const i = a.findIndex((character, n) => character !== b[n]);
  return i < 0 ? a.length < b.length : i < b.length && a[i].codePointAt() < b[i].codePointAt();
}

/** Rows that are made again do not take the keyboard away from the object, or the folder, on which it was. */
function keepFocus(change) {
  const { activeElement } = document;
  const key = activeElement?.closest('#table tbody tr')?.dataset.key;
  change();
  if (key === undefined) return;
  const row = [...document.querySelectorAll('#table tbody tr')].find((candidate) => candidate.dataset.key === key);
  const { action } = activeElement.dataset;
  (row?.querySelector(action ? `[data-action=${action}]` : 'a') ?? at('objects-title')).focus();
}

/** Returns the first object that is new. */
function append(page) {
  const folders = page.prefixes.map(folderRow);
  const objects = page.objects.map(objectRow);
  at('folders').append(...folders);
  at('rows').append(...objects);
  next = page.next ?? null;
  if (bucket !== page.bucket) {
    bucket = page.bucket;
    renderWhere();
  }
  renderCount();
  return folders[0] ?? objects[0];
}

function folderRow(folder) {
  const row = template('folder-row').cloneNode(true);
  row.dataset.key = folder;
  row.querySelector('a').href = addressOf(folder);
  row.querySelector('bdi').textContent = shown(folder.slice(place.prefix.length, -1));
  return row;
}

function objectRow({ key, size, lastModified }) {
  const row = template('object-row').cloneNode(true);
  const name = shown(key.slice(place.prefix.length));
  row.querySelector('bdi').title = name;
  row.dataset.key = key;
  row.querySelector('bdi').textContent = name;
  row.querySelector('.size').textContent = bytes(size);
  if (lastModified) {
    const changed = new Date(lastModified);
    Object.assign(row.querySelector('time'), { dateTime: changed.toISOString(), textContent: dayAndTime(changed), title: dayAndExactTime(changed) });
  }
  const isReachable = canAddress(key);
  const isShareable = !key.split('/').some((part) => part === '.' || part === '..');
  for (const button of row.querySelectorAll('button')) {
    const action = button.dataset.action;
    const reason = !isReachable ? 'A browser cannot send this key' : action === 'share' && !isShareable ? 'A link cannot carry this key' : '';
    button.title = reason || action[0].toUpperCase() + action.slice(1);
    button.setAttribute('aria-label', `${button.title}: ${name}`);
    button.disabled = Boolean(reason);
  }
  const box = row.querySelector('.select');
  box.setAttribute('aria-label', `Select: ${name}`);
  box.disabled = !isReachable;
  return row;
}

/** Browsers tidy "." and ".." away however they are written, and the service refuses a leading slash. */
const canAddress = (key) => !key.startsWith('/') && new URL(pathOf(key), location).pathname === pathOf(key);

function renderWhere() {
  const parts = place.prefix.split('/').slice(0, -1);
  const crumbs = [[bucket || 'Bucket', ''], ...parts.map((name, i) => [shown(name), parts.slice(0, i + 1).join('/') + '/'])];
  at('crumbs').replaceChildren(...crumbs.map(([name, folder], i) => {
    const [item, link, text] = ['li', 'a', 'bdi'].map((tag) => document.createElement(tag));
    link.href = addressOf(folder);
    if (i === crumbs.length - 1) link.setAttribute('aria-current', 'page');
    text.textContent = name;
    link.append(text);
    item.append(link);
    return item;
  }));
  at('drop-where').textContent = parts.length ? ` into ${shown(parts.at(-1))}` : '';
  document.title = `${parts.length ? shown(parts.at(-1)) : bucket || 'Bucket'} – S3 microservice`;
}

function renderCount() {
  renderSelection();
  const [folders, objects] = [at('folders').rows.length, at('rows').rows.length];
  const counts = [[folders, 'folder'], [objects, 'object']].filter(([n]) => n).map(([n, what]) => `${number(n)} ${what}${n === 1 ? '' : 's'}`);
  say(counts.length ? `${counts.join(', ')}${next ? ', and more' : ''}` : '');
  at('more').hidden = !next;
  at('table').hidden = !counts.length;
  at('empty').hidden = counts.length > 0;
  at('empty').textContent = place.starts ? 'No name here starts with this.' : place.prefix ? 'This folder is empty.' : 'The bucket is empty. Upload the first object.';
}
