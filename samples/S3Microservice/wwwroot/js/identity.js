import { ask } from './http.js';
import { countdown, dayAndExactTime, relative, timeOfDay, took } from './format.js';

const at = (id) => document.getElementById(id);
let seen = null;
let skew = 0;
let timer = 0;

const now = () => Date.now() + skew;

/** How long a session of this role is, in milliseconds. */
export const sessionLength = () => seen?.expiration ? Date.parse(seen.expiration) - Date.parse(seen.lastRefresh) : 0;

/** Looks every few seconds, and more often while something is wrong; tells what it saw, or that it could see nothing. */
export function watch(onSeen, onFailure) {
  async function look() {
    clearTimeout(timer);
    try {
      seen = await ask('/whoami');
      skew = Date.parse(seen.now) - Date.now();
      render();
      onSeen(seen);
    } catch (failure) {
      showHealth('Unhealthy', 'No answer');
      onFailure(failure);
    }
    clearTimeout(timer);
    timer = setTimeout(look, seen?.state === 'Valid' ? 5000 : 2000);
  }
  document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : look());
  setInterval(tick, 1000);
  look();
  return look;
}

function render() {
  const [, , , , account, resource] = seen.role.split(':');
  at('role').textContent = resource?.replace(/^role\//, '') ?? seen.role;
  at('arn').textContent = seen.assumedRole ?? seen.role;
  at('arn').title = account ? `Account ${account}` : '';
  at('session').textContent = seen.session ?? '–';
  showHealth(seen.health, seen.health);
  renderTimeline();
  renderSimulation();
  tick();
}

/** Only where LocalAws stands for AWS. */
function renderSimulation() {
  at('simulation').hidden = !seen.simulatedSts;
  for (const button of at('simulation').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.behavior === seen.simulatedSts));
}

function showHealth(health, text) {
  at('health').dataset.health = health;
  // What is written again is read out again.
  const label = at('health').firstElementChild;
  if (label.textContent !== text) label.textContent = text;
}

function tick() {
  if (!seen) return;
  const [expires, last, next] = [seen.expiration, seen.lastRefresh, seen.nextRefresh].map((text) => text ? Date.parse(text) : null);
  const left = expires ? expires - now() : 0;
  at('countdown').textContent = expires ? countdown(left) : '0:00';
  at('countdown-label').textContent = expires && left > 0 ? 'left in this session' : expires ? 'the session has ended' : 'no session';
  at('life').value = expires ? Math.max(0, left / (expires - last)) : 0;
  at('mark').hidden = !(expires && next && next < expires && next > last);
  if (!at('mark').hidden) at('mark').style.left = `${100 * (expires - next) / (expires - last)}%`;
  moment('expiration', expires, (date) => dayAndExactTime(date));
  moment('last', last, (date) => `${timeOfDay(date)}, ${relative(date - now())}`);
  moment('next', next, (date) => date > now() ? `${timeOfDay(date)}, ${relative(date - now())}` : 'now');
}

function moment(id, date, text) {
  at(id).textContent = date ? text(date) : '–';
}

function renderTimeline() {
  const items = seen.refreshes.slice(0, 6).map((refresh) => entry(
    refresh.errorId ? 'failed' : 'done',
    refresh.errorId ? `Failed with ${refresh.errorId}` : 'Refreshed',
    `${timeOfDay(Date.parse(refresh.at))} · ${took(refresh.seconds)}`));
  if (seen.nextRefresh) items.unshift(entry('planned', 'Planned', timeOfDay(Date.parse(seen.nextRefresh))));
  at('timeline').replaceChildren(...items);
}

function entry(kind, what, detail) {
  const [item, strong, small] = ['li', 'span', 'span'].map((name) => document.createElement(name));
  item.className = kind;
  strong.textContent = what;
  small.textContent = detail;
  small.className = 'muted';
  item.append(strong, ' ', small);
  return item;
}
