## مقفل

locked-title = مكتبك مقفل
locked-lead = اكتب رمز القفل لتفتحه.
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
