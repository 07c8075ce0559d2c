import { find, pathOf, Problem } from './http.js';
import { bytes, number, shown } from './format.js';

/** The service has places for twelve uploads of one address. */
const AtOnce = 4;

/** What may be different at the next try: no connection, too slow or too many, a conflict, no credentials, an S3 that is busy or does not answer. */
const MayHelp = [0, 408, 409, 429, 500, 503, 504];

const at = (id) => document.getElementById(id);
const template = at('upload-row').content.firstElementChild;
const queue = [];
let batch = null;
let running = 0;

at('cancel-all').addEventListener('click', () => {
  for (const line of [...queue, ...batch.running]) line.cancel();
  at('choose').focus();
});
window.addEventListener('beforeunload', (event) => {
  if (running || queue.length) event.preventDefault();
});

/** Sends files, four at once. One that is being sent or has failed has a line; all of them together have a total. */
export function upload(files, prefix, actions) {
  if (!files.length) return;
  for (const file of files) enqueue(new Line(file, prefix + (file.path ?? file.name), actions));
  next();
}

function enqueue(line) {
  batch ??= { count: 0, size: 0, done: 0, sent: 0, failed: 0, replaceAll: false, running: new Set() };
  batch.count++;
  batch.size += line.file.size;
  line.batch = batch;
  line.counted = 0;
  queue.push(line);
}

function next() {
  while (running < AtOnce && queue.length) start(queue.shift());
  renderTotal();
  if (running || queue.length) return;
  const { count, done } = batch;
  batch = null;
  renderTotal();
  if (count > 1) at('status').textContent = `Uploaded ${number(done)} of ${number(count)} files`;
}

async function start(line) {
  running++;
  line.batch.running.add(line);
  line.show();
  try {
    const isStored = await store(line);
    if (line.isCancelled) return;
    line.remove();
    line.count(line.file.size);
    if (!isStored) return;
    line.batch.done++;
    await line.actions.onDone(line.key);
  } catch (failure) {
    if (line.isCancelled) return;
    line.batch.failed++;
    line.failed(failure);
    line.actions.onProblem(failure);
  } finally {
    line.batch.running.delete(line);
    running--;
    next();
  }
}

/** Asks before an object is replaced, also where somebody else puts one there meanwhile. */
async function store(line) {
  let isThere = await find(line.key) !== null;
  for (;;) {
    if (line.isCancelled) return false;
    if (isThere && !line.batch.replaceAll) {
      const answer = await line.actions.confirmReplace(line.key, () => line.batch.replaceAll, queue.length + line.batch.running.size > 1);
      if (answer === 'all') line.batch.replaceAll = true;
      if (answer === 'no' || line.isCancelled) return false;
    }
    try {
      await line.send(isThere ? {} : { 'If-None-Match': '*' });
      return true;
    } catch (failure) {
      if (isThere || failure.status !== 412) throw failure;
      isThere = true;
    }
  }
}

function renderTotal() {
  at('upload-total').hidden = !batch || batch.count < 2;
  if (!batch) return;
  const failed = batch.failed ? `, ${number(batch.failed)} failed` : '';
  at('upload-progress').value = batch.size ? batch.sent / batch.size : 0;
  at('upload-count').textContent = `${number(batch.done)} of ${number(batch.count)} files${failed}`;
}

class Line {
  constructor(file, key, actions) {
    Object.assign(this, { file, key, actions, isCancelled: false });
    this.label = shown(file.path ?? file.name);
    this.node = template.cloneNode(true);
    [this.name, this.progress, this.text, this.button, this.dismiss] = this.node.children;
    this.name.textContent = this.label;
    this.name.title = this.label;
    this.progress.setAttribute('aria-label', `Upload of ${this.label}`);
    this.dismiss.setAttribute('aria-label', `Dismiss: ${this.label}`);
    this.dismiss.onclick = () => this.remove();
  }

  show() {
    this.node.classList.remove('failed');
    this.progress.hidden = false;
    this.dismiss.hidden = true;
    this.text.textContent = 'Waiting';
    this.onButton('Cancel', () => this.cancel());
    if (!this.node.isConnected) at('uploads').append(this.node);
  }

  send(conditions) {
    return new Promise((resolve, reject) => {
      const request = this.request = new XMLHttpRequest();
      request.open('PUT', pathOf(this.key));
      request.setRequestHeader('Content-Type', this.file.type || 'application/octet-stream');
      for (const [name, value] of Object.entries(conditions)) request.setRequestHeader(name, value);
      request.upload.addEventListener('progress', (sent) => this.sent(sent.loaded));
      request.addEventListener('load', () => request.status < 300 ? resolve() : reject(Problem.of(request.status, request.responseText)));
      request.addEventListener('error', () => reject(Problem.unreachable()));
      request.addEventListener('abort', () => reject(new Error('Cancelled')));
      request.send(this.file);
    });
  }

  sent(count) {
    const share = this.file.size ? count / this.file.size : 1;
    this.progress.value = share;
    this.text.textContent = share < 1 ? `${bytes(count)} of ${bytes(this.file.size)}` : 'Storing';
    this.count(count);
  }

  /** Part of the total, once. */
  count(sent) {
    this.batch.sent += sent - this.counted;
    this.counted = sent;
    renderTotal();
  }

  failed(failure) {
    this.node.classList.add('failed');
    this.progress.hidden = true;
    this.progress.value = 0;
    this.text.textContent = `Failed: ${failure.title ?? failure.message}`;
    this.dismiss.hidden = false;
    this.button.hidden = !MayHelp.includes(failure.status);
    this.count(this.file.size);
    this.onButton('Try again', () => {
      this.leaveBatch();
      this.show();
      enqueue(this);
      next();
    });
  }

  /** Sent again it counts once, in the total that runs then. */
  leaveBatch() {
    this.batch.count--;
    this.batch.failed--;
    this.batch.size -= this.file.size;
    this.batch.sent -= this.counted;
  }

  cancel() {
    this.isCancelled = true;
    this.request?.abort();
    const index = queue.indexOf(this);
    if (index >= 0) queue.splice(index, 1);
    this.count(this.file.size);
    this.remove();
  }

  /** The keyboard goes on with the next line. */
  remove() {
    const hadFocus = this.node.contains(document.activeElement);
    const neighbour = this.node.nextElementSibling ?? this.node.previousElementSibling;
    this.node.remove();
    if (hadFocus) (neighbour?.querySelector('button:not([hidden])') ?? at('choose')).focus();
  }

  onButton(text, act) {
    this.button.textContent = text;
    this.button.setAttribute('aria-label', `${text}: ${this.label}`);
    this.button.onclick = act;
    if (text === 'Cancel') this.button.hidden = false;
  }
}
