// Keys of the desk. An element says its own key: data-key="Enter", "1", "/", "Ctrl+k" or, as two
// strokes, "r 1". j and k walk through [data-rows]. One switch turns all of it off (WCAG 2.1.4).
(() => {
  'use strict';
  const SWITCH = 'tact-keys';
  const TWO_STROKES_MS = 1500;
  let first = '';
  let firstAt = 0;

  const isOff = () => localStorage.getItem(SWITCH) === 'off';
  const isTyping = element => element.matches('input:not([type=radio],[type=checkbox],[type=range]),textarea,select,[contenteditable]');
  const isSeen = element => element.checkVisibility?.() ?? element.offsetParent !== null;
  const find = key => [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isSeen);
  const startsTwo = key => document.querySelector(`[data-key^="${CSS.escape(key)} "]`);

  /** Press what carries the key: fields take the focus, all else is clicked. */
  const press = element => (isTyping(element) ? element.focus() : element.click());

  const rows = () => [...document.querySelectorAll('[data-rows] a')].filter(isSeen);
  const walk = step => {
    const all = rows();
    const here = all.findIndex(row => row === document.activeElement);
    const at = here < 0 ? all.findIndex(row => row.hasAttribute('aria-current')) : here;
    all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
  };

  /** Key as written in data-key; two strokes within a moment make one key. */
  const stroke = event => {
    const key = (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + event.key;
    const both = `${first} ${key}`;
    if (first && event.timeStamp - firstAt < TWO_STROKES_MS && find(both)) return both;
    return key;
  };

  /** Enter on a link or button belongs to that link or button. */
  const ownsEnter = (element, key) => (key === 'Enter' || key === ' ') && element.closest('a,button,summary,input,label');

  document.addEventListener('keydown', event => {
    if (event.altKey || event.defaultPrevented || event.isComposing) return;
    const target = event.target;
    if (isTyping(target)) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    const key = stroke(event);
    if ((isOff() && !key.startsWith('Ctrl+')) || ownsEnter(target, key)) return;
    const element = find(key);
    first = '';
    if (element && !event.repeat) {
      event.preventDefault();
      press(element);
    } else if (key === 'j' || key === 'k') {
      event.preventDefault();
      walk(key === 'j' ? 1 : -1);
    } else if (startsTwo(key)) {
      first = key;
      firstAt = event.timeStamp;
    }
  });

  /** <input data-filter="#arrivals"> keeps the rows that hold what is typed; Enter opens the first. */
  document.addEventListener('input', event => {
    const field = event.target.closest('[data-filter]');
    if (!field) return;
    const sought = field.value.trim().toLocaleLowerCase();
    for (const row of document.querySelectorAll(`${field.dataset.filter} [data-rows] a`)) {
      const item = row.closest('li') ?? row;
      item.hidden = !(row.dataset.find ?? row.textContent).toLocaleLowerCase().includes(sought);
    }
  });
  document.addEventListener('keydown', event => {
    const field = event.target.closest?.('[data-filter]');
    if (!field || event.key !== 'Enter') return;
    const row = rows()[0];
    if (!row) return;
    event.preventDefault();
    field.blur();
    row.click();
  });

  /** <button data-keys-switch data-on="…" data-off="…"> */
  for (const button of document.querySelectorAll('[data-keys-switch]')) {
    const paint = () => {
      button.hidden = false;
      button.setAttribute('aria-pressed', String(!isOff()));
    };
    button.addEventListener('click', () => { localStorage.setItem(SWITCH, isOff() ? 'on' : 'off'); paint(); });
    paint();
  }
})();
