import { PasswordInput } from '@mantine/core';

interface NewPasswordProps {
  label: string;
  value: string;
  onChange: (password: string) => void;
}

/** A field for a password that is to be set, as long as the server asks for. */
export function NewPassword({ label, value, onChange }: NewPasswordProps) {
  return (
    <PasswordInput
      label={label}
      description="8 characters or more"
      autoComplete="new-password"
      required
      minLength={8}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
