// Forms and links with data-swap="#part" answer inside the page; without script they are plain
// forms and links. The only file with a Trusted Types policy.
(() => {
  'use strict';
  const policy = window.trustedTypes?.createPolicy('tact', {
    createHTML: text => text, // only ever parsed by DOMParser, which runs no script
    createScriptURL: url => { if (url !== '/sw.js') throw new TypeError(url); return url; },
  }) ?? {createHTML: text => text};
  const live = document.getElementById('live');
  const net = document.getElementById('net');

  /** Tell a screen reader. */
  const say = text => { live.textContent = ''; requestAnimationFrame(() => { live.textContent = text; }); };

  /** Show saved, sending, offline or failed at the top. */
  const show = state => {
    if (!net) return;
    net.dataset.state = state;
    net.textContent = net.dataset[state] ?? '';
  };

  const parse = text => new DOMParser().parseFromString(policy.createHTML(text), 'text/html');
  const selectors = element => element.dataset.swap.split(',').map(part => part.trim());

  /** Put the parts of `page` that `from` names in the place of the old ones; true if any fitted. */
  const swap = (page, from) => {
    const held = document.activeElement?.id;
    const parts = selectors(from)
      .map(selector => [document.querySelector(selector), page.querySelector(selector)])
      .filter(([old, fresh]) => old && fresh);
    for (const [old, fresh] of parts) old.replaceWith(document.adoptNode(fresh));
    document.getElementById('problem')?.remove();
    if (!parts.length) return false;
    if (page.title) document.title = page.title;
    const [, first] = parts[0];
    const focus = first.querySelector('[data-focus]') ?? (held && document.getElementById(held));
    if (focus) focus.focus({preventScroll: focus.id === held});
    say(first.dataset.say ?? net?.dataset.saved ?? '');
    document.dispatchEvent(new CustomEvent('tact:swapped'));
    return true;
  };

  /** Show what the server refused, in front of the part that was to change. */
  const refuse = (page, from) => {
    const problem = page.getElementById('problem');
    const place = document.querySelector(selectors(from)[0]) ?? from;
    document.getElementById('problem')?.remove();
    show('failed');
    if (!problem) return false;
    place.before(document.adoptNode(problem));
    document.dispatchEvent(new CustomEvent('tact:refused', {detail: page}));
    problem.focus();
    return true;
  };

  const signIn = () => location.assign('/account/sign-in?next=' + encodeURIComponent(location.pathname + location.search));

  /** Ask the server and swap; false where the browser should go on as without script. */
  const ask = async (url, options, from) => {
    const answer = await fetch(url, {...options, headers: {...options.headers, 'X-Fragment': '1'}});
    if (answer.status === 401) { signIn(); return true; }
    const page = parse(await answer.text());
    if (!answer.ok) return refuse(page, from) || (location.reload(), true);
    if (!swap(page, from)) { location.assign(answer.url); return true; }
    if (options.method !== 'POST') history.pushState({}, '', answer.url);
    show('saved');
    return true;
  };

  /** Post a form; the same idempotency key goes with every try of it. */
  const send = async (form, button) => {
    if (form.dataset.busy) return;
    form.dataset.busy = 'yes';
    const body = new URLSearchParams(new FormData(form, button));
    const key = body.get('idempotency') || crypto.randomUUID();
    const url = button?.getAttribute('formaction') ?? form.getAttribute('action') ?? location.href;
    show('sending');
    try {
      await ask(url, {method: 'POST', body, headers: {'Idempotency-Key': key}}, form);
    } catch {
      if (navigator.onLine) fallBack(form, button, key);
      else { show('offline'); say(net?.dataset.offline ?? ''); }
    } finally {
      delete form.dataset.busy;
    }
  };

  const hidden = (form, name, value) => {
    const field = document.createElement('input');
    Object.assign(field, {type: 'hidden', name, value});
    form.append(field);
  };

  /** Submit as without script, with the same key, so that nothing is done twice. */
  const fallBack = (form, button, key) => {
    if (!form.querySelector('[name=idempotency]')) hidden(form, 'idempotency', key);
    if (button?.name) hidden(form, button.name, button.value);
    if (button?.hasAttribute('formaction')) form.action = button.getAttribute('formaction');
    HTMLFormElement.prototype.submit.call(form);
  };

  document.addEventListener('submit', event => {
    const form = event.target.closest('form[data-swap]');
    if (!form || event.submitter?.hasAttribute('formenctype')) return; // a file goes the plain way
    if (form.method === 'post') {
      event.preventDefault();
      send(form, event.submitter);
    }
  });

  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-swap]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    ask(link.href, {method: 'GET'}, link).catch(() => location.assign(link.href));
  });

  addEventListener('popstate', () => location.reload());
  addEventListener('offline', () => show('offline'));
  addEventListener('online', () => show('saved'));
  show(navigator.onLine ? 'saved' : 'offline');
})();
