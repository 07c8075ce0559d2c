import * as banner from './banner.js';
import * as objects from './objects.js';
import { confirm, share } from './dialogs.js';
import { find, pathOf, Problem, remove, simulate } from './http.js';
import { number, relative, shown } from './format.js';
import { upload } from './uploads.js';
import { sessionLength, watch } from './identity.js';

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
  if (button?.dataset.action === 'share') share(key, sessionLength(), onProblem);
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
  if (await confirm('Delete this object?', shown(key), 'Delete') !== 'yes') return;
  await remove(key);
  objects.forget(key);
  objects.say(`Deleted ${shown(key)}`);
}

at('rows').addEventListener('change', objects.renderSelection);
at('select-all').addEventListener('change', () => objects.select(at('select-all').checked));
at('delete-selected').addEventListener('click', () => attempt(deleteSelected));

async function deleteSelected() {
  const keys = objects.selected();
  const names = keys.slice(0, 5).map(shown).join('\n') + (keys.length > 5 ? `\nand ${number(keys.length - 5)} more` : '');
  const title = keys.length === 1 ? 'Delete this object?' : `Delete ${number(keys.length)} objects?`;
  if (await confirm(title, names, 'Delete') !== 'yes') return;
  const waiting = [...keys];
  let deleted = 0;
  const work = async () => {
    try {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
        await remove(key);
        objects.forget(key);
        deleted++;
      }
    } catch (failure) {
      // What follows would most likely fail too.
      waiting.length = 0;
      throw failure;
    }
  };
  const ended = await Promise.allSettled([work(), work(), work(), work()]);
  objects.say(`Deleted ${number(deleted)} of ${number(keys.length)} objects`);
  at('objects-title').focus();
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

function send(files) {
  upload(files, objects.prefix(), {
    confirmReplace: (key, isAnswered, hasOthers) =>
      confirm('Replace the object?', `There is an object ${shown(key)} already.`, 'Replace', { all: hasOthers ? 'Replace all' : null, isAnswered }),
    onDone: async (key) => {
      if (await attempt(() => objects.show(key))) objects.say(`Uploaded ${shown(key)}`);
      else isListStale = true;
    },
    onProblem,
  });
}

at('choose').addEventListener('click', () => at('files').click());
at('choose-folder').addEventListener('click', () => at('folder').click());
for (const input of [at('files'), at('folder')]) {
  input.addEventListener('change', () => {
    send([...input.files].map((file) => withPath(file, file.webkitRelativePath || file.name)));
    input.value = '';
  });
}

/** The path below the folder that was chosen, which becomes part of the key. */
const withPath = (file, path) => Object.assign(file, { path });

/** All files in what was dropped, folders included. */
async function filesOf(entry, path = '') {
  if (entry.isFile) return [withPath(await new Promise((resolve, reject) => entry.file(resolve, reject)), path + entry.name)];
  const reader = entry.createReader();
  const found = [];
  // A reader gives some entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    for (const inner of some) found.push(...await filesOf(inner, `${path}${entry.name}/`));
  }
}

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
  // The list is empty once this handler has returned.
  const parts = items.map((item) => {
    const entry = item.webkitGetAsEntry?.();
    return entry?.isDirectory ? filesOf(entry) : Promise.resolve([item.getAsFile()]);
  });
  Promise.all(parts).then((files) => send(files.flat()));
});

at('simulation').addEventListener('click', (event) => {
  const { behavior } = event.target.closest('button')?.dataset ?? {};
  if (behavior) attempt(async () => {
    await simulate(behavior);
    await look();
  });
});
