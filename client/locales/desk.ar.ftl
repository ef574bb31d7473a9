## المكتب

desk = المكتب
welcome-title = محادثة خاصة لمتجرك
welcome-lead = سمِّ متجرك، وشارك رابطه، وردّ على زبائنك.
welcome-account = بلا حساب ولا كلمة مرور: مفتاح في هذا المتصفح يثبت أن المتجر لك.
welcome-server = لا تُحفظ أي رسالة على خادم.
welcome-browser = يعيش المتجر في هذا المتصفح، على هذا الجهاز.
welcome-operator = إن كنت تشغّل هذه الخدمة بنفسك فبإمكانك رؤية عناوين زبائنك فيها.
shop-name = اسم المتجر
shop-name-hint = كما يعرفه زبائنك
create-shop = أنشئ المتجر
name-empty = اكتب اسم متجرك أولًا.
name-too-long = هذا الاسم طويل. اختر اسمًا أقصر.
name-control = في هذا الاسم رموز مخفية. اكتبه بيدك.
invite = ادعُ زبائنك
invite-link = رابط الدعوة
copy-invite-link = انسخ رابط الدعوة
invite-copied = نُسخ الرابط
invite-copy-failed = تعذّر النسخ. الرابط محدَّد: انسخه بيدك.
invite-share = شارك…
invite-qr = رمز QR
invite-qr-alt = رمز QR لرابط الدعوة
invite-local = هذا الرابط يعمل على هذا الحاسوب وحده. لتدعو غيرك شغّل همسة بعد ضبط HOST وRELAY_PUBLIC_IP وعنوان https في PUBLIC_URL، ثم أنشئ المتجر هناك، فهذا يبقى على هذا العنوان.
only-browser = متجرك موجود في هذا المتصفح وحده.
only-browser-more = احفظ ملف استعادة لتسترجعه متى احتجت.
conversations = المحادثات
no-conversations = لا محادثات بعد
no-conversations-more = شارك رابطك، ومن يفتحه يظهر هنا.
arrived = { $name }: { $unread }
unread =
    { $count ->
        [zero] لا رسائل غير مقروءة
        [one] رسالة واحدة غير مقروءة
        [two] رسالتان غير مقروءتان
        [few] { $count } رسائل غير مقروءة
        [many] { $count } رسالة غير مقروءة
       *[other] { $count } رسالة غير مقروءة
    }
nothing-yet = لم يُكتب شيء بعد
presence-here = متصل الآن
back = عُد إلى المحادثات
pick-title = شارك رابطك
pick-title-choose = اختر محادثة
pick-scan = اعرض هذا الرمز ليصوّره الزبائن بهواتفهم، أو انشر الرابط. لكل زائر محادثة خاصة معك.

safety = الأمان
recovery-have = لديّ ملف استعادة
invite-one = رابط لشخص واحد
show-secret = أظهر ما أكتب

## مقفل

locked-title = مكتبك مقفل
locked-lead = اكتب رمز القفل لتفتحه.
passcode = رمز القفل
unlock = افتح القفل
unlocking = جارٍ التحقّق…
passcode-empty = اكتب رمز القفل أولًا.
passcode-wrong = رمز القفل غير صحيح.
passcode-early = لم يُجرَّب الرمز لأن وقت المحاولة لم يحن بعد.
passcode-wait = تُقبل المحاولة التالية بعد { $time }.
passcode-try-now = يمكنك المحاولة الآن.
passcode-forgot = هل نسيت رمز القفل؟
passcode-forgot-more = لا يستطيع أحد فتح المكتب بدونه. إن كان لديك ملف استعادة فبإمكانك استرجاع المتجر: امسح بيانات هذا الموقع من إعدادات المتصفح، وأعد تحميل الصفحة، ثم اختر «لديّ ملف استعادة». ومن دون هذا الملف يبقى ما هنا مقفلًا.
# بعد «بعد»: مجرورة
wait-two = { $first } و{ $second }
wait-seconds =
    { $count ->
        [zero] لحظة
        [one] ثانية واحدة
        [two] ثانيتين
        [few] { $count } ثوانٍ
        [many] { $count } ثانية
       *[other] { $count } ثانية
    }
wait-minutes =
    { $count ->
        [zero] أقل من دقيقة
        [one] دقيقة واحدة
        [two] دقيقتين
        [few] { $count } دقائق
        [many] { $count } دقيقة
       *[other] { $count } دقيقة
    }
wait-hours =
    { $count ->
        [zero] أقل من ساعة
        [one] ساعة واحدة
        [two] ساعتين
        [few] { $count } ساعات
        [many] { $count } ساعة
       *[other] { $count } ساعة
    }
