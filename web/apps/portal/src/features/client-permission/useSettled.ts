import { useEffect, useState } from "react";

const PAUSE_MS = 300;

/** The last value that has stayed the same for a moment: not every letter of a name is worth a calculation. */
export function useSettled<Value>(value: Value): Value {
  const key = JSON.stringify(value);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [key]);
  return JSON.parse(settled) as Value;
}
