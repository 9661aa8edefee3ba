// Search runs in a worker, and browsers start none for a page that was opened from a folder.
// There, a hidden frame does a worker's work: it loads the same script, and messages go between
// the two windows. On a server this does nothing.
(() => {
  if (location.protocol !== "file:") return;

  // What the script finds in the frame, in the place of a worker's own functions.
  const inside = () => {
    window.postMessage = (data) => window.answer(data);
    window.importScripts = async (...urls) => {
      for (const url of urls) {
        await new Promise((loaded, failed) => {
          const script = Object.assign(document.createElement("script"), { src: url, onload: loaded, onerror: failed });
          document.body.append(script);
        });
      }
    };
  };

  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inner = this.frame.contentWindow;
      inner.answer = (data) => {
        const message = new MessageEvent("message", { data: structuredClone(data) });
        this.dispatchEvent(message);
        if (this.onmessage) this.onmessage(message);
      };
      inner.document.open();
      inner.document.write(`<body><script>(${inside})()<\/script></body>`);
      inner.document.close();
      this.ready = new Promise((loaded) => {
        const script = inner.document.createElement("script");
        script.src = new URL(url, location.href);
        script.onload = loaded;
        inner.document.body.append(script);
      });
    }

    postMessage(data) {
      this.ready.then(() => {
        const inner = this.frame.contentWindow;
        inner.dispatchEvent(new inner.MessageEvent("message", { data: structuredClone(data) }));
      });
    }

    terminate() {
      this.frame.remove();
    }
  };
})();
