import type { MouseEvent } from "react";

/**
 * For `onMouseDown` of a button below fields that are checked on leaving: the field keeps the focus while the mouse is
 * down. Otherwise the error that appears moves the button away before the mouse is up, and the click is lost.
 */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}
