/** Hands a text to the browser as a file to save. */
export function download(file: { fileName: string; mediaType: string; text: string }) {
  const url = URL.createObjectURL(new Blob([file.text], { type: file.mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.fileName;
  link.click();
  // The download holds the data by now.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
