import type { voicemail as words } from "../zh-CN/voicemail";

export const voicemail: typeof words = {
  voicemail: {
    title: "Voicemail",
    none: "No messages yet.",
    full: "Your voicemail is full: callers can leave no more messages. Delete those that you do not need.",
    noneHelp: "When a call goes to your voicemail and the caller leaves a message, it appears here.",
    open: "{{name}}, {{state}}, {{length}}, {{time}}",
    fresh: "New",
    heard: "Heard",
    from: "Message",
    received: "Received",
    length: "Length",
    state: "State",
    player: "Play the message",
    play: "Play",
    pause: "Pause",
    position: "Position",
    positionText: "{{at}} of {{length}}",
    failed: "This message cannot be played. It may have been deleted, or the network broke. Try again.",
    callBack: "Call back",
    markUnheard: "Mark as new",
    delete: "Delete message",
    deleteAsk: "Delete the message from {{name}}? This cannot be undone.",
    gone: "This message has been deleted.",
  },
};
