import { calls } from "./en/calls";
import { common } from "./en/common";
import { login } from "./en/login";
import { pop } from "./en/pop";
import { settings } from "./en/settings";
import { voicemail } from "./en/voicemail";
import type { Words } from "./zh-CN";

export const en: Words = { ...common, ...login, ...calls, ...settings, ...pop, ...voicemail };
