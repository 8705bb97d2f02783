import { createContext, useContext } from "react";

/** Says that a form was changed other than by typing, which the form does not notice itself: it is then unsaved, too. */
export const EditedContext = createContext<() => void>(() => undefined);

export const useMarkEdited = (): (() => void) => useContext(EditedContext);
