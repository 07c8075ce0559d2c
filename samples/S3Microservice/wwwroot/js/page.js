import * as banner from './banner.js';
import * as objects from './objects.js';
import { confirm, share } from './dialogs.js';
import { find, pathOf, Problem, remove } from './http.js';
import { relative } from './format.js';
import { upload } from './uploads.js';
import { watch } from './identity.js';

const at = (id) => document.getElementById(id);
let isTroubled = false;
let isListStale = false;

const look = watch(onIdentity, onProblem);

function onIdentity(seen) {
  banner.hide('service');
  const isWarning = seen.state === 'RefreshFailing';
  if (seen.errorId) {
    const title = isWarning ? 'The credentials are valid, but their refresh fails' : 'No AWS credentials';
    const left = Date.parse(seen.expiration) - Date.parse(seen.now);
    const then = isWarning ? `Requests go on until the session ends ${relative(left)}. This page keeps looking.` : 'This page keeps trying; it needs no reload.';
    banner.show('credentials', { title, errorId: seen.errorId, remedy: seen.remedy, detail: seen.error }, { tone: isWarning ? 'warning' : 'error', then, button: 'Try again', act: retry });
  } else {
    banner.hide('credentials');
  }

  const isUsable = seen.state === 'Valid' || isWarning;
  if (isUsable && isTroubled) {
    banner.hide('request');
    attempt(objects.load).then((isLoaded) => isLoaded && objects.say('The credentials are back.'));
  } else if (!isUsable || isListStale) {
    // A request makes the service try again, which it otherwise does at growing intervals.
    attempt(objects.load);
  }
  isTroubled = !isUsable;
}

/** Credentials that fail are shown as the service's state, everything else as this request's fault. */
async function onProblem(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 0) {
    isTroubled = true;
    banner.show('service', problem, { then: 'This page keeps trying; it needs no reload.', button: 'Try again', act: retry });
    return;
  }
  if (problem.errorId && isTroubled) return;
  if (problem.errorId) await look();
  if (!(problem.errorId && banner.isShown('credentials'))) {
    banner.show('request', problem, { button: 'Dismiss', act: () => banner.hide('request') });
  }
}

async function attempt(work) {
  try {
    await work();
    banner.hide('request');
    if (work === objects.load) isListStale = false;
    return true;
  } catch (failure) {
    if (work === objects.load) isListStale = true;
    await onProblem(failure);
    return false;
  }
}

async function retry() {
  await attempt(objects.load);
  await look();
}

const navigate = () => attempt(() => objects.go(objects.folderOf(location.hash)));
window.addEventListener('hashchange', navigate);
navigate();

at('skip').addEventListener('click', (event) => {
  event.preventDefault();
  at('objects-title').focus();
});
at('reload').addEventListener('click', () => attempt(objects.load));
at('more').addEventListener('click', () => attempt(async () => {
  const first = await objects.loadMore();
  // The button may be gone; the keyboard goes on where the new rows begin.
  if (first && at('more').hidden) first.querySelector('a, button').focus();
}));

let typing = 0;
at('starts').addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => attempt(() => objects.narrow(at('starts').value)), 200);
});

at('rows').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  const key = button?.closest('tr').dataset.key;
  if (button?.dataset.action === 'download') attempt(() => download(key));
  if (button?.dataset.action === 'share') share(key, onProblem);
  if (button?.dataset.action === 'delete') attempt(() => askAndDelete(key));
});

/** Asks first, because a browser shows a failed download only as a failed download; then the browser itself streams it to the disk. */
async function download(key) {
  if (!await find(key)) throw new Problem({ status: 404, title: 'No such object', detail: 'It has been deleted meanwhile. Reload the list.' });
  const link = document.createElement('a');
  link.href = pathOf(key);
  link.download = key.split('/').filter(Boolean).pop() ?? 'object';
  link.click();
}

async function askAndDelete(key) {
  if (!await confirm('Delete this object?', key, 'Delete')) return;
  await remove(key);
  objects.forget(key);
  objects.say(`Deleted ${key}`);
}

function send(files) {
  upload(files, objects.prefix(), {
    confirmReplace: (key) => confirm('Replace the object?', `There is an object ${key} already.`, 'Replace'),
    onDone: async (key) => {
      if (await attempt(() => objects.show(key))) objects.say(`Uploaded ${key}`);
      else isListStale = true;
    },
    onProblem,
  });
}

at('choose').addEventListener('click', () => at('files').click());
at('files').addEventListener('change', () => {
  send([...at('files').files]);
  at('files').value = '';
});

let inside = 0;
const carriesFiles = (event) => event.dataTransfer?.types.includes('Files');
const mark = () => document.body.classList.toggle('dropping', inside > 0);
document.addEventListener('dragenter', (event) => { if (carriesFiles(event)) { inside++; mark(); } });
document.addEventListener('dragleave', (event) => { if (carriesFiles(event)) { inside--; mark(); } });
document.addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); });
document.addEventListener('drop', (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  inside = 0;
  mark();
  const items = [...event.dataTransfer.items].filter((item) => item.kind === 'file');
  const files = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile());
  if (files.length < items.length) objects.say('Folders are not uploaded; drop their files.');
  send(files);
});
