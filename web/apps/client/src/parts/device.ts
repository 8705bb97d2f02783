export interface DeviceFacts {
  userAgent: string;
  touchPoints: number;
  /** The shorter side of the screen, in CSS pixels. */
  shortSide: number;
}

/** A telephone or tablet. iPads call themselves Macs, and are told by their fingers. */
export function looksHandheld({ userAgent, touchPoints, shortSide }: DeviceFacts): boolean {
  if (/Android|iPhone|iPad|iPod|Mobile/.test(userAgent)) return true;
  return touchPoints > 0 && (/Macintosh/.test(userAgent) || shortSide < 600);
}

export function isHandheld(): boolean {
  return looksHandheld({
    userAgent: navigator.userAgent,
    touchPoints: navigator.maxTouchPoints,
    shortSide: Math.min(screen.width, screen.height),
  });
}
