const place = document.getElementById('banners');
const template = document.getElementById('banner');
const open = new Map();

/** Shows a problem, one for each kind; the same one again is not announced again. */
export function show(kind, problem, { tone = 'error', then = '', button, act }) {
  const what = JSON.stringify([problem.title, problem.errorId, problem.remedy, problem.errorId ? '' : problem.detail, tone]);
  let shown = open.get(kind);
  if (shown?.what !== what) {
    hide(kind);
    shown = { what, node: template.content.firstElementChild.cloneNode(true) };
    fill(shown.node, problem, tone, button, act);
    open.set(kind, shown);
    place.append(shown.node);
  }
  setText(shown.node.querySelector('.then'), then);
}

export function hide(kind) {
  open.get(kind)?.node.remove();
  open.delete(kind);
}

export const isShown = (kind) => open.has(kind);

function fill(node, problem, tone, button, act) {
  node.dataset.tone = tone;
  setText(node.querySelector('strong'), problem.title);
  setText(node.querySelector('code'), problem.errorId);
  // Without a remedy the detail is one sentence, and says what there is to say. A remedy may go on with a whole policy.
  const [sentence, more] = (problem.remedy ?? problem.detail ?? '').split(/:?\n(.*)/s);
  setText(node.querySelector('.remedy'), more ? sentence + '.' : sentence);
  setDetails(node.querySelector('.whole'), more && problem.remedy);
  setDetails(node.querySelector('.seen'), problem.remedy && problem.detail);
  node.querySelector('button').textContent = button;
  node.querySelector('button').addEventListener('click', act);
}

function setDetails(node, text) {
  setText(node.querySelector('pre'), text);
  node.hidden = !text;
}

function setText(node, text) {
  if (node.textContent !== (text ?? '')) node.textContent = text ?? '';
  node.hidden = !text;
}
