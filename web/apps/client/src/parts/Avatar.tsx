import baseStyles from "../styles/base.module.css";

const HUES = [174, 205, 232, 262, 292, 330, 18, 36, 95, 150];

/** Two Chinese characters of the given name, or the initials, or the last digits of the number. */
export function initialsOf(name: string, number: string): string {
  const text = name.trim();
  if (text === "" || text === number) return number.slice(-2);
  if (/[\u3400-\u9fff]/.test(text)) return text.replace(/\s/g, "").slice(-2);
  const words = text.split(/\s+/);
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}

export function Avatar({ name, number, size = 44 }: { name: string; number: string; size?: number }) {
  const sum = [...number].reduce((total, character) => total + character.charCodeAt(0), 0);
  const style = { width: size, height: size, fontSize: size * 0.36, "--hue": HUES[sum % HUES.length] };
  return (
    <span className={baseStyles.avatar} style={style as React.CSSProperties} aria-hidden="true">
      {initialsOf(name, number)}
    </span>
  );
}
