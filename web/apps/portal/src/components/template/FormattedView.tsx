import { type Ref, useCallback, useEffect, useImperativeHandle, useRef } from "react";
import templateStyles from "../../styles/template.module.css";
import { fromEditable, toEditable } from "./editor-html";

export interface FormattedViewHandle {
  /** At the caret, as one step that can be undone. */
  insert: (html: string) => void;
  run: (command: string, text?: string) => void;
}

interface FormattedViewProps {
  ref: Ref<FormattedViewHandle>;
  id?: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/**
 * The mail, to be edited where it stands. The browser's own editing keeps every style and table of the source, which an
 * editor with a document model of its own would drop.
 */
export function FormattedView({ ref, id, label, value, onChange }: FormattedViewProps) {
  const canvas = useRef<HTMLDivElement>(null);
  // What was typed and has not come back as a value yet. Values lag behind quick typing: one of these is no change from outside.
  const underWay = useRef<string[]>([]);
  const caret = useRef<Range | null>(null);

  useEffect(() => {
    if (!canvas.current) return;
    const own = underWay.current.lastIndexOf(value);
    if (own >= 0) {
      underWay.current.splice(0, own + 1);
      return;
    }
    if (value === fromEditable(canvas.current)) return;
    underWay.current = [];
    canvas.current.innerHTML = toEditable(value);
    caret.current = null;
  }, [value]);

  const emit = useCallback(() => {
    if (!canvas.current) return;
    const typed = fromEditable(canvas.current);
    underWay.current.push(typed);
    onChange(typed);
  }, [onChange]);

  const keepCaret = () => {
    const selection = getSelection();
    if (selection?.rangeCount && canvas.current?.contains(selection.anchorNode))
      caret.current = selection.getRangeAt(0).cloneRange();
  };

  const toCaret = () => {
    canvas.current?.focus();
    const selection = getSelection();
    if (!selection || !canvas.current) return;
    selection.removeAllRanges();
    selection.addRange(caret.current ?? endOf(canvas.current));
  };

  useImperativeHandle(ref, () => ({
    insert: (html) => {
      toCaret();
      document.execCommand("insertHTML", false, toEditable(html));
      keepCaret();
      emit();
    },
    run: (command, text) => {
      document.execCommand("defaultParagraphSeparator", false, "p");
      document.execCommand(command, false, text);
      emit();
    },
  }));

  return (
    // biome-ignore lint/a11y/useSemanticElements: a textarea holds no formatted text
    <div
      ref={canvas}
      id={id}
      className={templateStyles.mailCanvas}
      contentEditable
      suppressContentEditableWarning
      role="textbox"
      aria-multiline="true"
      aria-label={label}
      tabIndex={0}
      onInput={emit}
      onBlur={keepCaret}
      onKeyUp={keepCaret}
      onMouseUp={keepCaret}
      // Links of the mail are edited here, not followed; their tokens are no tokens.
      onClick={(event) => event.preventDefault()}
    />
  );
}

function endOf(element: HTMLElement): Range {
  const range = document.createRange();
  range.selectNodeContents(element);
  range.collapse(false);
  return range;
}
