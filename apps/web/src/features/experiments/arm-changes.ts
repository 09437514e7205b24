import type { Arm, StudyPlan } from '@consonance/study';

type PlanPart = Pick<StudyPlan, 'arms' | 'primary'>;

/** The primary comparison follows a new name. */
export function changeArm(
  { arms, primary }: PlanPart,
  index: number,
  part: Partial<Arm>,
): PlanPart {
  const before = arms[index]!;
  const after = { ...before, ...part };
  const renamed = (name: string) => (name === before.name ? after.name : name);
  return {
    arms: arms.with(index, after),
    primary: [renamed(primary[0]), renamed(primary[1])],
  };
}

/** Of a removed arm's comparison the first two arms that are left take the place. */
export function removeArm({ arms, primary }: PlanPart, index: number): PlanPart {
  const left = arms.toSpliced(index, 1);
  const isLost = primary.includes(arms[index]!.name);
  return {
    arms: left,
    primary: isLost ? [left[0]!.name, left[1]!.name] : primary,
  };
}

export function addArm({ arms, primary }: PlanPart): PlanPart {
  const names = new Set(arms.map(({ name }) => name));
  const number = [1, 2, 3, 4, 5, 6, 7].find((n) => !names.has(`random ${n}`));
  const arm: Arm = {
    name: `random ${number}`,
    source: { kind: 'random' },
    songs: 5,
  };
  return { arms: [...arms, arm], primary };
}
