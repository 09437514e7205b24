import { Text } from '@mantine/core';
import { IconThumbDown, IconThumbUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type Scale, ratingsOf } from './scale.ts';
import classes from './take-part.module.css';

interface RatingScaleProps {
  scale: Scale;
  value: number | null;
  disabled: boolean;
  onChange: (rating: number) => void;
}

/** The answers of a scale side by side; radio buttons below their looks. */
export function RatingScale({ scale, value, disabled, onChange }: RatingScaleProps) {
  return (
    <div>
      <fieldset className={classes.ratings} disabled={disabled}>
        <Text component="legend" size="sm" mb={6}>
          {scale === 'like' ? 'Do you like it?' : 'How much do you like it?'}
        </Text>
        {ratingsOf(scale).map((rating) => (
          <label key={rating} className={classes.rating}>
            <input
              type="radio"
              name="rating"
              checked={rating === value}
              onChange={() => onChange(rating)}
            />
            {scale === 'like' ? likeLook[rating] : rating}
          </label>
        ))}
      </fieldset>
      {scale !== 'like' && (
        <Text size="xs" className={`quiet ${classes.ends}`} component="div">
          <span>not at all</span>
          <span>very much</span>
        </Text>
      )}
    </div>
  );
}

const likeLook: Record<number, ReactNode> = {
  0: (
    <>
      <IconThumbDown size={22} stroke={1.7} aria-hidden />
      Dislike
    </>
  ),
  1: (
    <>
      <IconThumbUp size={22} stroke={1.7} aria-hidden />
      Like
    </>
  ),
};
