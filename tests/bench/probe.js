// Installed in the page for one output: when was its slider moved, when had the output changed, did its height change?
(output) => {
  const handle = output.querySelector(".noUi-handle");
  const probe = { inputs: [], changes: [], heights: [], dragging: false, output, handle };
  handle.addEventListener("keydown", (event) => probe.inputs.push(event.timeStamp), true);
  let before = handle.getAttribute("aria-valuenow");
  new MutationObserver(() => {
    const now = handle.getAttribute("aria-valuenow");
    if (now !== before && probe.dragging) probe.inputs.push(performance.now());
    before = now;
  }).observe(handle, { attributes: true });

  // The first frame that begins after a picture has been loaded shows it, as soon as it is decoded.
  let waiting = false;
  const changed = async (image) => {
    if (waiting) return;
    waiting = true;
    await Promise.all([new Promise(requestAnimationFrame), image?.decode().catch(() => {})]);
    waiting = false;
    probe.changes.push(performance.now());
  };
  const watch = (image) => {
    if (image.watched) return;
    image.watched = true;
    image.addEventListener("load", () => changed(image));
  };
  if (output.querySelector("img")) {
    output.querySelectorAll("img").forEach(watch);
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes)
          for (const image of node.tagName === "IMG" ? [node] : node.querySelectorAll?.("img") ?? []) {
            watch(image);
            if (image.complete && image.naturalWidth) changed(image);
          }
    }).observe(output, { childList: true, subtree: true });
  } else {
    const label = [...output.querySelectorAll(".widget-label")].at(-1);
    new MutationObserver(() => changed()).observe(label, { childList: true, characterData: true, subtree: true });
  }
  new ResizeObserver(() => probe.heights.push(output.offsetHeight)).observe(output);
  (window.probes ??= []).push(probe);
}
