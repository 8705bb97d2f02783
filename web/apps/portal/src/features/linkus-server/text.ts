import { defineText } from "@linkus/ui/text";

export const useServerText = defineText(
  "linkusServer",
  {
    title: "Linkus服务器",
    requirements: "客户端要求和安装",
    template: "邮件模板",
    loginMode: "Linkus客户端登录模式",
    mobileDefault: "Linkus 手机默认配置",
    modeHelp: "欢迎邮件使用的模板；换回默认模板时，自定义的内容会保留",
    validity: "登录凭证有效期 (天)",
    validityHelp: "欢迎邮件中的二维码和链接在这段时间后失效；已发送的不受影响",
    days: "{{count}} 天",
    previewOf: "使用此分机的数据",
    example: "示例数据",
    previewNote: "预览中的链接和二维码不能用来登录。",
    testIntro: "用正在编辑的内容发一封测试邮件，无需先保存。其中的链接和二维码不能用来登录。",
  },
  {
    title: "Linkus server",
    requirements: "Client requirements and installation",
    template: "Email template",
    loginMode: "Linkus client login mode",
    mobileDefault: "Linkus mobile defaults",
    modeHelp: "What welcome mails are made of; your own content is kept while the default one is in use",
    validity: "Validity of login credentials (days)",
    validityHelp: "QR codes and links of welcome mails stop working after it; those already sent keep theirs",
    days: "{{count}} days",
    days_one: "{{count}} day",
    previewOf: "With the data of this extension",
    example: "Example",
    previewNote: "Links and codes of the preview do not sign in.",
    testIntro:
      "Sends a test mail of what is being edited; it need not be saved first. Its links and codes do not sign in.",
  },
);
