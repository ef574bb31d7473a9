## نافذة «الإعدادات»

theme = المظهر
theme-system = مثل الجهاز
theme-light = فاتح
theme-dark = داكن
others-know-chat = ما يعرفه المتجر عنك
others-know-desk = ما يعرفه زبائنك عنك
tell-seen = ما قرأتُه
tell-seen-why-chat = يعرف المتجر أي رسائله ظهرت على شاشتك.
tell-seen-why-desk = يعرف الزبون أي رسائله ظهرت على شاشة المكتب.
tell-typing = أنني أكتب الآن
tell-typing-why = يُعرف فقط أن هناك من يكتب، ولا يخرج حرف واحد من هذا المتصفح قبل الضغط على «إرسال».
choice-not-stored = يسري هذا الآن، لكن تعذّر حفظه: سيعود كما كان بعد إعادة التحميل.
