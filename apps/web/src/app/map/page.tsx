import { SongMap } from '../../features/map/song-map.tsx';

export const metadata = { title: 'Map' };

export default function MapPage() {
  return <SongMap />;
}
