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
  // Without an id the detail is one sentence, and says what there is to say.
  setText(node.querySelector('.remedy'), problem.remedy ?? problem.detail);
  setText(node.querySelector('pre'), problem.remedy ? problem.detail : '');
  node.querySelector('details').hidden = !(problem.remedy && problem.detail);
  node.querySelector('button').textContent = button;
  node.querySelector('button').addEventListener('click', act);
}

function setText(node, text) {
  if (node.textContent !== (text ?? '')) node.textContent = text ?? '';
  node.hidden = !text;
}
