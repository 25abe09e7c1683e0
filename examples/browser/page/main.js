// Puts the page together: a module in a worker, which trains, another here, which decodes, and what one can touch.

import { Between } from "./between.js";
import { Engine } from "./engine.js";
import { load } from "./load.js";
import { hasSimd, TEST, TRAINING } from "./module.js";
import { Pad } from "./pad.js";
import { Plane } from "./plane.js";
import { pause, watchTasks } from "./timing.js";
import { Training } from "./training.js";

function stop(sentence) {
  const alarm = document.getElementById("alarm");
  alarm.textContent = sentence;
  alarm.hidden = false;
  document.getElementById("status").textContent = "";
}

async function start() {
  if (!hasSimd())
    return stop(
      "This browser lacks WebAssembly SIMD, which the networks need. Chrome and Edge have it since version 91, Firefox since 89, " +
        "Safari since 16.4.",
    );
  watchTasks();
  const { module, size, digits } = await load([TEST]);
  const backend = module.backend();
  document.getElementById("about").textContent =
    `WebAssembly of ${Math.round(size / 1024)} KiB, ${backend.lanes} numbers a vector (${backend.name})`;

  const plane = new Plane(module);
  const between = new Between(module, digits[TEST]);
  const pad = new Pad(module, plane, digits[TEST]);
  let redraws = 0;
  // A part at a time, and not to its end where it is called again.
  const redraw = async () => {
    const number = ++redraws;
    for (const part of [plane, between, pad]) {
      await pause();
      if (number !== redraws) return;
      part.redraw();
    }
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  redraw();

  let training = null;
  const trainer = new Engine((report) => training.report(report));
  const { [TRAINING]: train, [TEST]: test } = await trainer.call("open", [TRAINING, TEST]);
  training = new Training(trainer, (network, weights) => {
    module.setWeights(network, weights);
    redraw();
  });
  document.getElementById("status").textContent = `${train} digits to learn from, ${test} to test with.`;
}

addEventListener("error", ({ message }) => stop(message));
addEventListener("unhandledrejection", ({ reason }) => stop(reason.message));
start().catch((error) => stop(`The page could not start: ${error.message}`));
