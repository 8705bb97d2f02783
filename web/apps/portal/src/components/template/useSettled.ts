import { useEffect, useState } from "react";

/** A value once it has not changed for a while, so that not every key that is pressed asks the server. */
export function useSettled<Value>(value: Value, pause = 400): Value {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(key) as Value), pause);
    return () => clearTimeout(timer);
  }, [key, pause]);
  return settled;
}
