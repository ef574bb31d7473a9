## في كل مكان

app-name = همسة
you = أنت
language-other = English
theme-system = المظهر: مثل هذا الجهاز
theme-light = المظهر: فاتح
theme-dark = المظهر: داكن
settings = اللغة والمظهر
loading = لحظة من فضلك…
page-title = { $place } · همسة
page-title-unread = ({ $count }) { $place } · همسة
load-again = أعد التحميل
crash-title = حدث خطأ في هذه الصفحة
crash-body = ما حُفظ في هذا المتصفح ما زال فيه. أعد تحميل الصفحة لتتابع.
about-hamsa = ما همسة؟
invite-qr-failed = تعذّر رسم الرمز. الرابط يؤدي الغرض نفسه.

## صفحات لا يمكنها العمل

elsewhere-desk-title = مكتبك مفتوح في تبويب آخر
elsewhere-desk-body = انتقل إلى ذلك التبويب أو أغلقه، فيُفتح المكتب هنا تلقائيًا.
elsewhere-chat-title = هذه المحادثة مفتوحة في تبويب آخر
elsewhere-chat-body = انتقل إلى ذلك التبويب أو أغلقه، فتُفتح المحادثة هنا تلقائيًا.
obstacle-insecure-title = هذا العنوان غير آمن
obstacle-insecure-body = لا تسمح المتصفحات بالتشفير إلا عبر https. افتح الصفحة بعنوان يبدأ بـ https://‎ أو اطلب رابطًا آمنًا ممن أرسل إليك هذا الرابط.
obstacle-storage-title = هذا المتصفح لا يسمح لهمسة بحفظ أي شيء
obstacle-storage-body = لا بدّ لمفاتيحك ورسائلك من مكان تُحفظ فيه. اخرج من التصفح الخاص أو اسمح لهذا الموقع بحفظ البيانات، ثم أعد تحميل الصفحة.
obstacle-newer-title = استُعملت هنا نسخة أحدث من همسة
obstacle-newer-body = هذه الصفحة أقدم مما هو محفوظ في هذا المتصفح. أعد تحميلها لتحصل على النسخة الأحدث.
obstacle-corrupt-title = تعذّرت قراءة ما حُفظ في هذا المتصفح
obstacle-corrupt-body = غيّره شيء من الخارج، ولم يُرسل شيء. أعد تحميل الصفحة، وإن لم ينفع ذلك فامسح بيانات هذا الموقع لتبدأ من جديد.
obstacle-webrtc-title = هذا المتصفح لا يستطيع فتح اتصال خاص
obstacle-webrtc-body = تقنية WebRTC غير موجودة أو معطّلة. افتح الرابط في كروم أو إيدج أو فايرفوكس أو سفاري، أو فعّلها من الإعدادات.
invite-missing-title = افتح رابط الدعوة
invite-missing-body = افتح الرابط الذي أعطاك إياه المتجر.
invite-malformed-title = هذا الرابط غير مكتمل
invite-malformed-body = سقط جزء منه أو تغيّر أثناء النقل. انسخ الرابط كاملًا من جديد، أو اطلب من المتجر رابطًا آخر.
invite-version-title = هذا الرابط أحدث من هذه الصفحة
invite-version-body = أعد تحميل الصفحة. إن لم ينفع ذلك فاطلب من المتجر رابطًا آخر.
invite-kind-title = لا تستطيع هذه الصفحة فتح هذا النوع من الروابط
invite-kind-body = اطلب من المتجر رابط محادثة.

## الاتصال

connection = الاتصال
connection-offline-title = لا اتصال بالخدمة
connection-connecting = جارٍ الاتصال…
connection-ready = جاهز لاستقبال الزبائن
connection-away-chat = المتجر غير متصل الآن
connection-away-desk = غير متصل الآن
connection-connected-chat = متصل عبر وسيط
connection-connected-desk = متصل الآن عبر وسيط
connection-no-relay = لا اتصال: تعذّر الوصول إلى الوسيط
connection-not-proven = أُغلق الاتصال: لم يمرّ عبر الوسيط
connection-refused-chat = أُغلق الاتصال: لم يُثبت المتجر هويته بمفتاحه
connection-refused-desk = أُغلق الاتصال: لم يُثبت الزبون هويته بمفتاحه
relayed-note = لا يصل عنوان IP الخاص بك إلى متصفح المتجر.
banner-waiting-chat = المتجر غير متصل الآن. رسالتك محفوظة في هذا المتصفح بانتظاره: أبقِ الصفحة مفتوحة أو عُد لاحقًا.
banner-away-chat = المتجر غير متصل الآن. اكتب رسالتك على أي حال، وستنتظر في هذا المتصفح حتى يعود.
banner-away-desk = الزبون غير متصل الآن. ردّك محفوظ في هذا المتصفح حتى يعود.
banner-offline = لا اتصال بالخدمة. ما تكتبه ينتظر في هذا المتصفح ثم يُرسل تلقائيًا.
banner-no-relay = تعذّر الوصول إلى الوسيط، وهمسة لا تتصل بدونه أبدًا. المحاولة مستمرة.
banner-not-proven = لم يمرّ الاتصال عبر الوسيط، فأُغلق قبل إرسال أي شيء.
banner-refused = لم يُثبت الطرف الآخر هويته بمفتاحه، فلم يُرسل إليه شيء.
banner-storage = لم يعد هذا المتصفح قادرًا على حفظ الرسائل. ما تراه الآن يضيع إذا أغلقت الصفحة. أفسح بعض المساحة.
refusal-used-up = استعمل شخص آخر هذا الرابط من قبل. اطلب من المتجر رابطًا جديدًا.
refusal-expired = انتهت صلاحية هذا الرابط. اطلب من المتجر رابطًا جديدًا.
refusal-revoked = سحب المتجر هذا الرابط. اطلب منه رابطًا جديدًا.
refusal-closed = أغلق المتجر هذه المحادثة. ما قيل فيها يبقى هنا لتقرأه.

## الرسائل

messages = الرسائل
message = الرسالة
message-hint = اكتب رسالة
send = إرسال
retry = أعد المحاولة
edit = تعديل
show-all = اعرضها كاملة
show-earlier = اعرض الرسائل الأقدم
blank-message = (رسالة فارغة)
from-shop = المتجر
from-shopper = الزبون
state-storing = على هذا الجهاز…
state-waiting-chat = على هذا الجهاز، بانتظار المتجر
state-waiting-desk = على هذا الجهاز، بانتظار الزبون
state-sending = قيد الإرسال
state-delivered = وصلت
state-kept = محفوظة لدى المتجر
state-seen = قُرئت
state-too-large = لم تُرسل: الرسالة أطول من اللازم
state-storage-full = لم تُرسل: امتلأت مساحة هذا المتصفح
state-storage-failed = لم تُرسل: تعذّر حفظها
state-removed = لم تُرسل: لم يعد هذا الجهاز طرفًا في هذه المحادثة
time-doubtful = قد تكون ساعة المرسل غير مضبوطة
today = اليوم
yesterday = أمس
jump-newest = انتقل إلى أحدث رسالة
jump-new =
    { $count ->
        [zero] لا رسائل جديدة
        [one] رسالة جديدة واحدة
        [two] رسالتان جديدتان
        [few] { $count } رسائل جديدة
        [many] { $count } رسالة جديدة
       *[other] { $count } رسالة جديدة
    }
no-messages-chat = ابدأ بالسلام. لا يقرأ ما يُكتب هنا إلا أنت والمتجر.
no-messages-desk = لم يُكتب شيء بعد. لا يقرأ ما يُكتب هنا سواكما.
text-too-long = هذه الرسالة أطول من أن تُرسل دفعة واحدة. اختصرها أو أرسلها على أجزاء.
closed-for-writing = لم تعد الكتابة هنا ممكنة.

## المحادثة

private-chat-with = محادثة خاصة مع
promise-account = بلا حساب ولا بريد ولا رقم هاتف
promise-address = عبر وسيط: لا يصل عنوان IP الخاص بك إلى متصفح الطرف الآخر
promise-sealed = لا يقرأ رسائلك إلا أنت والمتجر
promise-operator = من يشغّل { $host } يرى العناوين كأي موقع، لكنه لا يرى الرسائل. وقد يكون المتجر نفسه.
shop-key = مفتاح المتجر
shop-key-signed = الاسم موقّع بهذا المفتاح
start-chat = ابدأ المحادثة

## الصفحة الأولى

home-title = همسة بين المتجر وزبائنه
home-lead = محادثة فورية لا يقرؤها إلا طرفاها، من متصفح إلى متصفح.
home-shopper-title = للزبون
home-shopper = افتح رابط المتجر واكتب. بلا حساب ولا بريد ولا رقم هاتف، ولا يصل عنوان IP الخاص بك إلى متصفح المتجر.
home-shop-title = للمتجر
home-shop = سمِّ متجرك وشارك رابطًا أو رمز QR، وردّ من مكتبك. لا تحتاج إلى تثبيت أي شيء.
home-server-title = لمن يشغّل الخدمة
home-server = تنقل الخدمة ظروفًا مختومة، ولا تحفظ رسالة ولا مفتاحًا ولا عنوانًا. لكنها ترى العناوين التي تتصل بها.
home-desk = افتح المكتب
home-invited = هل دعاك متجر؟ افتح الرابط الذي أعطاك إياه.
