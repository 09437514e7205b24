// Saves playlists in the library argv[2], and says how many, until the disk is full.
import { openLibrary } from '../src/index.ts';

const library = await openLibrary({ dataDirectory: process.argv[2]! });
const setting = 'x'.repeat(50_000);
for (let i = 1; ; i += 1) {
  try {
    await library.savePlaylist({ name: String(i), trackIds: [] });
    await new Promise((resolve) => process.send!(i, resolve));
    await library.saveSetting(`${i}`, `${i}${Math.random()}${setting}`);
  } catch {
    process.exit(0);
  }
}
