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
recovery-have-not = أنشئ متجرًا جديدًا
invite-one = رابط لشخص واحد
show-secret = أظهر ما أكتب
passcode = رمز القفل

## حيث يقول المكتب غير ما تقوله المحادثة

page-title-unread = ({ $count }) { $place } · همسة
invite-qr-failed = تعذّر رسم الرمز. الرابط يؤدي الغرض نفسه.
elsewhere-desk-title = مكتبك مفتوح في تبويب آخر بنسخة أخرى من همسة
elsewhere-desk-body = أعد تحميل هذه الصفحة وذلك التبويب ليعملا معًا، أو أغلقه فيُفتح المكتب هنا.
connection-ready = جاهز لاستقبال الزبائن
connection-away-desk = غير متصل الآن
connection-connected-desk = متصل الآن عبر وسيط
connection-refused-desk = أُغلق الاتصال: لم يُثبت الزبون هويته بمفتاحه
connection-unknown-shop-desk = لا زبائن: هذه الخدمة لا تعرف هذا المتجر
banner-unknown-shop-desk = لا تخدم هذه الخدمة إلا المتاجر التي تعرفها. اطلب ممّن يديرها عنوان مكتب خاصًا بك، وافتحه في هذا المتصفح.
banner-waiting-desk = الزبون غير متصل الآن. ردّك محفوظ في هذا المتصفح، ويصله حين يعود والمكتب مفتوح.
banner-away-desk = الزبون غير متصل الآن. اكتب ردّك على أي حال، وسيصله حين يعود والمكتب مفتوح.
banner-two-histories-desk = وقّع هذا الزبون نسختين مختلفتين من هذه المحادثة، والمعروض هنا أولاهما. تحقّق منه بطريق آخر قبل أن تتابع.
from-shopper = الزبون
state-waiting-desk = على هذا الجهاز، بانتظار الزبون
no-messages-desk = لم يُكتب شيء بعد. لا يقرأ ما يُكتب هنا سواكما.
