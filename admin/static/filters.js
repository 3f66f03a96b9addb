// A choice among the filters takes effect at once; days of one's own only when asked for.

export function filters() {
  const form = document.querySelector('[data-filters]');
  if (!form) return;
  const days = form.querySelector('.days');
  const ownDays = () => form.elements.period?.value === 'days';
  form.addEventListener('change', (event) => {
    if (!event.target.matches('[data-submits]')) return;
    if (event.target.name === 'period' && ownDays()) days.querySelector('input').focus();
    else form.requestSubmit();
  });
  form.addEventListener('submit', () => {
    // Empty fields would only make the address long.
    for (const field of form.querySelectorAll('[name]')) {
      if (!field.value || (days?.contains(field) && !ownDays())) field.disabled = true;
    }
  });
  window.addEventListener('pageshow', () => {
    for (const field of form.querySelectorAll('[name]')) field.disabled = false;
  });
}
