## نافذة «الإعدادات»

theme = المظهر
theme-system = مثل الجهاز
theme-light = فاتح
theme-dark = داكن
others-know-chat = ما يعرفه المتجر
others-know-desk = ما يعرفه الزبائن
tell-seen = الرسائل التي قرأتُها
tell-seen-why-chat = يعرف المتجر أي رسائله ظهرت على شاشتك.
tell-seen-why-desk = يعرف الزبون أي رسائله ظهرت على شاشة المكتب.
tell-typing = أنني أكتب الآن
tell-typing-why = لا يُعرف إلا أن أحدًا يكتب، ولا يغادر هذا المتصفح حرفٌ قبل الضغط على «إرسال».
choice-not-stored = اختيارك سارٍ الآن، لكن تعذّر حفظه: بعد إعادة التحميل يعود كما كان.
