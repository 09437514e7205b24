import { seededRandom } from '@consonance/statistics';
import { createInteractions, type Interactions } from '../../src/index.ts';

export interface Clusters {
  interactions: Interactions;
  clusterOfItem: (item: number) => number;
  clusterOfUser: (user: number) => number;
}

/**
 * Listeners with known taste: each user plays items of one cluster, and now and then any item at all;
 * within a cluster some items are far more popular than others. Play counts are skewed.
 */
export function clusteredListens({
  users = 240,
  items = 200,
  clusters = 8,
  plays = 16,
  loyalty = 0.9,
  seed = 1,
} = {}): Clusters {
  const random = seededRandom(seed);
  const perCluster = items / clusters;
  const userRows: number[] = [];
  const itemRows: number[] = [];
  const counts: number[] = [];
  for (let user = 0; user < users; user++) {
    for (let play = 0; play < plays; play++) {
      const popular = Math.floor(random() ** 2 * perCluster);
      const loyal = random() < loyalty;
      const cluster = loyal ? user % clusters : Math.floor(random() * clusters);
      userRows.push(user);
      itemRows.push(popular * clusters + cluster);
      counts.push(1 + Math.floor(1 / (random() + 0.01)));
    }
  }
  return {
    interactions: createInteractions({ users, items, userRows, itemRows, counts }),
    clusterOfItem: (item) => item % clusters,
    clusterOfUser: (user) => user % clusters,
  };
}
