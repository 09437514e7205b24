import { Recommend } from '../features/recommend/recommend.tsx';

export default function HomePage() {
  return <Recommend />;
}
