import { listPrompts, type PromptInLanguage, readPromptAudio, removePromptUpload, uploadPrompt } from "@linkus/sdk/api";
import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";

export const promptsQuery = queryOptions({
  queryKey: ["prompts"],
  queryFn: () => unwrap(listPrompts({ client: api })),
});

export interface Place {
  name: string;
  language: PromptInLanguage["language"];
}

export const readSound = (path: Place) => unwrap(readPromptAudio({ client: api, path, parseAs: "blob" }));

export const sendRecording = (path: Place, file: File) => unwrap(uploadPrompt({ client: api, path, body: { file } }));

export const backToSpoken = (path: Place) => unwrap(removePromptUpload({ client: api, path }));
