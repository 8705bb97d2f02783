import { calls } from "./zh-CN/calls";
import { common } from "./zh-CN/common";
import { login } from "./zh-CN/login";
import { pop } from "./zh-CN/pop";
import { settings } from "./zh-CN/settings";
import { voicemail } from "./zh-CN/voicemail";

/** Chinese is written first; English has the same keys (checked by `defineText`). */
export const zhCN = { ...common, ...login, ...calls, ...settings, ...pop, ...voicemail };
