// The form of a declared fact: it shows what goes with the chosen type, and leads to the first thing that is wrong.

const form = document.querySelector('[data-fact-form]');

function show() {
  const chosen = form.querySelector('[name="type"]:checked');
  for (const part of form.querySelectorAll('[data-for]')) part.hidden = !part.dataset.for.split(' ').includes(chosen?.value);
  form.querySelector('[data-type-hint]').textContent = chosen?.dataset.hint ?? '';
}

if (form) {
  form.addEventListener('change', (event) => event.target.name === 'type' && show());
  show();
  form.querySelector('[aria-invalid="true"]')?.focus();
}
