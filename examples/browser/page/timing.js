// What keeps the page quick, and what it measures of that: from a code to its pixels, and the longest task of the main thread.

const KEPT = 200;
const LONG_TASK = 50; // browsers report no shorter ones

const times = [];
let longest = 0;
let due = false;

/// Notes the milliseconds that a code took since `start` to become pixels on a canvas.
export function noteDecoded(start) {
  times.push(performance.now() - start);
  if (times.length > KEPT) times.shift();
  showSoon();
}

/// Ends the task of the main thread that is under way, and goes on in another.
export function pause() {
  return new Promise((resolve) => setTimeout(resolve));
}

/// Watches the main thread from now on.
export function watchTasks() {
  if (PerformanceObserver.supportedEntryTypes?.includes("longtask"))
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
      showSoon();
    }).observe({ type: "longtask", buffered: true });
  else document.getElementById("tasks").hidden = true;
  show();
}

function showSoon() {
  if (due) return;
  due = true;
  setTimeout(show, 300);
}

function show() {
  due = false;
  const median = [...times].sort((a, b) => a - b)[times.length >> 1];
  const latency = document.getElementById("latency");
  latency.textContent = median === undefined ? "–" : `${median.toFixed(1)} ms`;
  latency.dataset.median = median ?? "";
  latency.dataset.count = times.length;
  const task = document.getElementById("longest");
  task.textContent = longest === 0 ? `below ${LONG_TASK} ms` : `${longest.toFixed(0)} ms`;
  task.dataset.milliseconds = longest;
}
