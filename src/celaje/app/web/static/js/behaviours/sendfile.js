// A file's field that sends its form as soon as something is chosen.
export default function (input) {
  input.addEventListener("change", () => input.files.length && input.form.requestSubmit());
}
