/** What is known of somebody or something, a line each. */
export function Facts({ facts }: { facts: [label: string, value: string][] }) {
  return (
    <dl className="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
