import callStyles from "../styles/call.module.css";

const KEYS: [key: string, letters: string][] = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
];

export function Keypad({ onKey }: { onKey: (key: string) => void }) {
  return (
    <div className={callStyles.keypad}>
      {KEYS.map(([key, letters]) => (
        <button key={key} type="button" aria-label={key} onClick={() => onKey(key)}>
          <b>{key}</b>
          <small aria-hidden="true">{letters}</small>
        </button>
      ))}
    </div>
  );
}

export const KEY_PATTERN = /^[0-9*#]$/;
