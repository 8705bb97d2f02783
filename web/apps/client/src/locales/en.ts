import { calls } from "./en/calls";
import { common } from "./en/common";
import { login } from "./en/login";
import { pop } from "./en/pop";
import { settings } from "./en/settings";
import { voicemail } from "./en/voicemail";

export const en = { ...common, ...login, ...calls, ...settings, ...pop, ...voicemail };
