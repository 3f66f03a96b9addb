// A list that is put into another order, by its buttons, by the keyboard, or by dragging.

export function reordering() {
  const form = document.querySelector('form[data-reorder]');
  const list = form?.querySelector('ol');
  const save = form?.querySelector('[data-save]');
  if (!save) return;
  const items = () => [...list.children];
  const first = items().map((each) => each.dataset.title).join();
  let dragged = null;

  function moved(item) {
    items().forEach((each, place) => {
      each.querySelector('i').textContent = place + 1;
      each.querySelector('[data-move="-1"]').disabled = place === 0;
      each.querySelector('[data-move="1"]').disabled = place === items().length - 1;
    });
    save.disabled = items().map((each) => each.dataset.title).join() === first;
    if (item) form.querySelector('[data-told]').textContent = form.dataset.moved.replace('{title}', item.dataset.title).replace('{place}', items().indexOf(item) + 1);
  }

  function move(item, by, button) {
    const to = items().indexOf(item) + by;
    if (to < 0 || to >= items().length) return;
    if (by < 0) items()[to].before(item);
    else items()[to].after(item);
    moved(item);
    (button.disabled ? item.querySelector('button:not(:disabled)') : button)?.focus();
  }

  for (const item of items()) {
    for (const button of item.querySelectorAll('[data-move]')) {
      button.addEventListener('click', () => move(item, Number(button.dataset.move), button));
      button.addEventListener('keydown', (event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!by) return;
        event.preventDefault();
        move(item, by, button);
      });
    }
    item.addEventListener('dragstart', (event) => {
      dragged = item;
      event.dataTransfer.effectAllowed = 'move';
    });
    item.addEventListener('dragover', (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      const box = item.getBoundingClientRect();
      if (event.clientY > box.top + box.height / 2) item.after(dragged);
      else item.before(dragged);
    });
    item.addEventListener('drop', (event) => event.preventDefault());
    item.addEventListener('dragend', () => { moved(dragged); dragged = null; });
  }
  moved();
}
