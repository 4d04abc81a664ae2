/* Shows how far a file is on its way, and keeps what was filled in when sending fails.
   Without this file the form is sent as any other. */
"use strict";

(function () {
  const FULL = 100;

  function part(name) {
    return document.querySelector("[data-upload-" + name + "]");
  }

  function tooLarge(form, largest) {
    return Array.from(form.querySelectorAll("input[type=file]")).some(function (input) {
      return input.files[0] && input.files[0].size > largest;
    });
  }

  /** The form may be sent again. */
  function release() {
    window.dispatchEvent(new Event("pageshow"));
  }

  /** A file that was chosen cannot be chosen for somebody: it is carried over. */
  function keepFiles(before, after) {
    before.querySelectorAll("input[type=file]").forEach(function (old) {
      const fresh = after.querySelector("#" + old.id);
      if (fresh && fresh.getAttribute("aria-invalid") !== "true") {
        fresh.replaceWith(old);
      }
    });
  }

  function showAnswer(html) {
    const read = new DOMParser().parseFromString(html, "text/html");
    const main = document.querySelector("main");
    const fresh = document.adoptNode(read.querySelector("main"));
    keepFiles(main, fresh);
    main.replaceWith(fresh);
    document.title = read.title;
    release();
    (fresh.querySelector("[data-error-summary]") || fresh).focus();
    document.dispatchEvent(new Event("pmg:answered"));
  }

  function send(event) {
    const form = event.target;
    if (event.defaultPrevented || !("upload" in form.dataset)) {
      return;
    }
    event.preventDefault();
    const box = part("progress");
    const words = part("words");
    const bar = box.querySelector("progress");
    part("too-large").hidden = true;
    part("failed").hidden = true;
    if (tooLarge(form, Number(box.dataset.largest))) {
      part("too-large").hidden = false;
      release();
      return;
    }
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", function (step) {
      if (step.lengthComputable) {
        bar.value = Math.round((FULL * step.loaded) / step.total);
        words.textContent = box.dataset.sending + " " + bar.value + " %";
      }
    });
    request.upload.addEventListener("load", function () {
      bar.removeAttribute("value");
      words.textContent = box.dataset.checking;
    });
    request.addEventListener("load", function () {
      if (new URL(request.responseURL).pathname !== window.location.pathname) {
        window.location.assign(request.responseURL);
      } else {
        showAnswer(request.responseText);
      }
    });
    request.addEventListener("error", function () {
      box.hidden = true;
      part("failed").hidden = false;
      release();
    });
    bar.value = 0;
    words.textContent = box.dataset.sending + " 0 %";
    box.hidden = false;
    request.open("POST", window.location.pathname);
    request.send(new FormData(form));
  }

  document.addEventListener("submit", send);
})();
