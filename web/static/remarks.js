// A form that was refused inside the page says at each field what is wrong with it, as it does
// without script. What was typed stays; the next answer takes the old remarks away.
(() => {
  'use strict';
  const FORM = 'form[data-swap] ';

  const without = (field, id) => {
    const others = (field.getAttribute('aria-describedby') ?? '').split(' ').filter(one => one && one !== id);
    if (others.length) field.setAttribute('aria-describedby', others.join(' '));
    else field.removeAttribute('aria-describedby');
  };

  /** Take the remarks of the last try away. */
  const clear = () => {
    for (const remark of document.querySelectorAll(FORM + '.wrong')) remark.remove();
    for (const field of document.querySelectorAll(FORM + '[aria-invalid]')) {
      field.removeAttribute('aria-invalid');
      without(field, field.id + '-wrong');
    }
  };

  /** Put the remark about one field of the answer before the same field here. */
  const remark = (page, refused) => {
    const field = document.getElementById(refused.id);
    const said = page.getElementById(refused.id + '-wrong');
    if (!field || !said) return;
    field.before(document.adoptNode(said));
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', refused.getAttribute('aria-describedby'));
    field.closest('details')?.setAttribute('open', '');
  };

  document.addEventListener('tact:swapped', clear);
  document.addEventListener('tact:refused', event => {
    clear();
    for (const refused of event.detail.querySelectorAll(FORM + '[aria-invalid]')) remark(event.detail, refused);
  });
})();
