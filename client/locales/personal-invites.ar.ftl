## روابط كلٌّ منها لشخص واحد

one-why = لا يعمل إلا لشخص واحد: أول من يكتب به.
one-name = لمن هذا الرابط؟
one-name-hint = اسم أو رقم طلب
one-name-empty = اكتب أولًا لمن هذا الرابط.
one-lifetime = مدة صلاحيته
one-day = يوم واحد
one-week = 7 أيام
one-month = 30 يومًا
one-no-end = بلا موعد انتهاء
one-make = أنشئ الرابط
one-made = الرابط جاهز. انسخه وأرسله.
one-failed = تعذّر حفظ ذلك، فلم يتغيّر شيء. أفسح بعض المساحة في هذا المتصفح ثم أعد المحاولة.
one-list = روابطك
one-open = صالح بلا موعد انتهاء
one-open-until = صالح حتى { $time }
one-used = مُستخدَم
one-expired = انتهت صلاحيته
one-revoked = موقوف
one-copy = انسخ الرابط
one-link = الرابط
one-qr-alt = رمز QR للرابط الخاص بـ{ $name }
one-withdraw = أوقفه
one-withdraw-sure = لن يستطيع من لديه هذا الرابط أن يبدأ محادثة به. هل توقفه؟
one-withdraw-yes = أوقف الرابط
one-keep = أبقِه
one-show-all = اعرض كل الروابط
