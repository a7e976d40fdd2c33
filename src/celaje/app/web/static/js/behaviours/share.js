// Gives a link to the system's own share sheet, or copies it where there is none.
import { toast } from "./toast.js";

export default function share(link) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const what = { url: link.href, title: link.dataset.title };
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share(what).catch(() => {}); // they changed their mind
      return;
    }
    try {
      await navigator.clipboard.writeText(link.href);
      toast(link.dataset.copied);
    } catch {
      location.assign(link.href); // no clipboard without https: the address bar has it
    }
  });
}
