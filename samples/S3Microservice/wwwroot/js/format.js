const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const counted = new Intl.NumberFormat();
const oneDigit = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export const number = (n) => counted.format(n);
export const timeOfDay = (date) => clock.format(date);
export const dayAndTime = (date) => day.format(date);
export const dayAndExactTime = (date) => exact.format(date);

export function bytes(n) {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  for (; n >= 1000 && unit < units.length - 1; unit++) n /= 1000;
  return `${unit ? oneDigit.format(n) : n} ${units[unit]}`;
}

/** 47:12, or 1:02:33 */
export function countdown(milliseconds) {
  const left = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
  const two = (n) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export function span(milliseconds) {
  const seconds = Math.round(Math.abs(milliseconds) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129600) return `${oneDigit.format(seconds / 3600)} h`;
  return `${oneDigit.format(seconds / 86400)} days`;
}

export const took = (seconds) => seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${oneDigit.format(seconds)} s`;

export const relative = (milliseconds) => milliseconds > 0 ? `in ${span(milliseconds)}` : `${span(milliseconds)} ago`;

/** What a name must not do to what stands around it: control characters, and those that turn the direction of text. */
const Unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Names may be empty ("a//b" has such a folder) and must be visible all the same. */
export const shown = (name) => name.replace(Unsafe, (character) => `⟨U+${character.codePointAt().toString(16).toUpperCase().padStart(4, '0')}⟩`) || '(no name)';
