/* Small comforts. Every page works without this file. */
"use strict";

(function () {
  /** A second click must not send the same form twice. */
  function holdSecondSubmit() {
    document.addEventListener("submit", function (event) {
      const form = event.target;
      if (form.method !== "post" || "repeatable" in form.dataset) {
        return;
      }
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      form.querySelectorAll("button").forEach(function (button) {
        button.setAttribute("aria-disabled", "true");
        button.classList.add("nl-button--busy");
      });
    });
    /* Back in the browser: the form may be sent again. */
    window.addEventListener("pageshow", function () {
      document.querySelectorAll("form[data-sent]").forEach(function (form) {
        delete form.dataset.sent;
        form.querySelectorAll("button").forEach(function (button) {
          button.removeAttribute("aria-disabled");
          button.classList.remove("nl-button--busy");
        });
      });
    });
  }

  function focusErrorSummary() {
    const summary = document.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  }

  function showPrintButtons() {
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        window.print();
      });
    });
  }

  /** On a phone the filters start folded, so that the list comes first. */
  function foldFilters() {
    if (window.matchMedia("(max-width: 47.99rem)").matches) {
      document.querySelectorAll(".pmg-filters__fold:not([data-keep-open])").forEach(function (fold) {
        fold.open = false;
      });
    }
  }

  function warnBeforeSessionEnds() {
    const box = document.querySelector("[data-session-seconds]");
    if (!box) {
      return;
    }
    const button = box.querySelector("[data-session-renew]");
    const wait = Math.max(0, Number(box.dataset.sessionSeconds) - 120) * 1000;
    let before = null;
    let timer = window.setTimeout(show, wait);

    function show() {
      before = document.activeElement;
      box.hidden = false;
      button.focus();
    }

    function hide() {
      box.hidden = true;
      if (before) {
        before.focus();
      }
      restart();
    }

    function restart() {
      window.clearTimeout(timer);
      timer = window.setTimeout(show, wait);
    }

    function renew() {
      fetch(box.dataset.renewUrl || window.location.href, { credentials: "same-origin" })
        .then(function (answer) {
          return answer.text();
        })
        .then(function (page) {
          /* Only a page for somebody who is signed in knows when the session ends. */
          if (!page.includes("data-session-seconds")) {
            throw new Error("signed out");
          }
          hide();
        })
        .catch(function () {
          box.querySelector("[data-session-failed]").hidden = false;
        });
    }

    button.addEventListener("click", renew);
    document.addEventListener("pmg:answered", restart);
  }

  /** Long work goes in pieces, a request each; this presses the button for the next one. */
  function continueByItself() {
    const form = document.querySelector("form[data-continue]");
    if (form) {
      form.requestSubmit();
    }
  }

  /** While something is computed the page is asked anew; without this file there is a link. */
  function lookAgain() {
    if (document.querySelector("[data-look-again]")) {
      window.setTimeout(function () {
        window.location.reload();
      }, 1500);
    }
  }

  holdSecondSubmit();
  focusErrorSummary();
  showPrintButtons();
  foldFilters();
  warnBeforeSessionEnds();
  continueByItself();
  lookAgain();
})();
