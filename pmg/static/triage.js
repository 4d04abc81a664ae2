/* A clock for who wants one: it counts down the time of one referral, in this page only. Whether it
   goes on at the next referral is kept until the tab closes; nothing else is, and nothing is sent. */
"use strict";

(function () {
  const button = document.querySelector("[data-timer]");
  const shown = document.querySelector("[data-timer-shown]");
  if (!button || !shown) {
    return;
  }
  const KEPT = "triage-klok";

  function begin() {
    const end = Date.now() + Number(button.dataset.timer) * 60000;
    button.hidden = true;
    shown.hidden = false;

    function tick() {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      shown.textContent = left
        ? Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0")
        : shown.dataset.over;
      if (left) {
        window.setTimeout(tick, 1000);
      }
    }
    tick();
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    window.sessionStorage.setItem(KEPT, "1");
    begin();
  });
  if (window.sessionStorage.getItem(KEPT)) {
    begin();
  }
})();
