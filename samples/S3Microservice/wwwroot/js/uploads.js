import { find, pathOf, Problem } from './http.js';
import { bytes } from './format.js';

const place = document.getElementById('uploads');
const template = document.getElementById('upload-row').content.firstElementChild;
let queue = Promise.resolve();

/** Sends files one after the other; each has its own line, which goes when it is done and stays when it failed. */
export function upload(files, prefix, { confirmReplace, onDone, onProblem }) {
  for (const file of files) {
    const line = new Line(file, prefix + file.name);
    const send = async () => {
      if (line.isCancelled) return;
      try {
        line.waiting();
        const isStored = await store(line, confirmReplace);
        line.remove();
        if (isStored) await onDone(line.key);
      } catch (failure) {
        if (line.isCancelled) return;
        line.failed(failure, () => queue = queue.then(send));
        onProblem(failure);
      }
    };
    queue = queue.then(send);
  }
}

/** Asks before an object is replaced, also where somebody else puts one there meanwhile. */
async function store(line, confirmReplace) {
  let isThere = await find(line.key) !== null;
  for (;;) {
    if (isThere && !await confirmReplace(line.key) || line.isCancelled) return false;
    try {
      await line.send(isThere ? {} : { 'If-None-Match': '*' });
      return true;
    } catch (failure) {
      if (isThere || failure.status !== 412) throw failure;
      isThere = true;
    }
  }
}

class Line {
  constructor(file, key) {
    this.file = file;
    this.key = key;
    this.isCancelled = false;
    this.node = template.cloneNode(true);
    [this.name, this.progress, this.text, this.button] = this.node.children;
    this.name.textContent = file.name;
    this.progress.setAttribute('aria-label', `Upload of ${file.name}`);
    this.text.textContent = 'Waiting';
    this.onButton('Cancel', () => this.cancel());
    place.append(this.node);
  }

  waiting() {
    this.node.classList.remove('failed');
    this.progress.hidden = false;
    this.text.textContent = 'Waiting';
    this.onButton('Cancel', () => this.cancel());
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
  }

  failed(failure, retry) {
    this.node.classList.add('failed');
    this.progress.hidden = true;
    this.progress.value = 0;
    this.text.textContent = `Failed: ${failure.title ?? failure.message}`;
    this.onButton('Try again', retry);
  }

  cancel() {
    this.isCancelled = true;
    this.request?.abort();
    this.remove();
  }

  remove() {
    this.node.remove();
  }

  onButton(text, act) {
    this.button.textContent = text;
    this.button.setAttribute('aria-label', `${text}: ${this.file.name}`);
    this.button.onclick = act;
  }
}
