// While a preview is worked out, show how far it is and what came out so far: the page is fetched again, that part swapped.

const PAUSE_MS = 1500;

export function watchPreview() {
  const live = () => document.querySelector('[data-preview-live]');
  if (!live()?.dataset.previewLive) return;

  const look = async () => {
    if (document.hidden) return later();
    const answer = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok || answer.redirected) return later();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-preview-live]');
    if (!fresh) return undefined;
    if (!fresh.dataset.previewLive) return location.reload(); // it is over: the whole page says so
    live().replaceChildren(...fresh.childNodes);
    return later();
  };
  const later = () => { setTimeout(look, PAUSE_MS); };
  later();
}
