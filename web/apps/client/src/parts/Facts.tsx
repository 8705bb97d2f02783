import baseStyles from "../styles/base.module.css";

/** What is known of somebody or something, a line each. */
export function Facts({ facts }: { facts: [label: string, value: string][] }) {
  return (
    <dl className={baseStyles.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
