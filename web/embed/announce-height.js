// Tells the page around an embed how tall its content is, so that an iframe can grow with it. Two dialects: our
// own, and the one that Canvas listens to. The message holds a number and nothing else, so any origin may hear it.

/** Announces now and after every change. Does nothing when the page is not in a frame. */
export function announceHeight() {
  if (window.parent === window) return;
  let last = 0;
  const announce = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height === last) return;
    last = height;
    window.parent.postMessage({ type: 'systemsim:height', height }, '*');
    window.parent.postMessage({ subject: 'lti.frameResize', height }, '*');
  };
  new ResizeObserver(announce).observe(document.documentElement);
  announce();
}
